"""How the log's schema came to be: one step a file, run by alembic inside the transaction that `database` opens."""
