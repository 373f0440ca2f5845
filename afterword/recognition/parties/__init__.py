"""About whom a text is: companies, jobs, rounds and people."""
