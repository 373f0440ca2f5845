"""What is told of words is kept, within limits."""

from afterword.recognition.remembered import MOST, OfWords


def test_a_word_is_told_of_once_and_a_long_one_each_time() -> None:
    asked: list[str] = []

    def tell(word: str) -> int:
        asked.append(word)
        return len(word)

    known, long = OfWords(tell), "x" * 100_000
    assert [known[each] for each in ("gladly", "gladly", long, long)] == [6, 6, 100_000, 100_000]
    assert asked == ["gladly", long, long]
    assert list(known) == ["gladly"]


def test_there_are_never_too_many() -> None:
    known = OfWords(len)
    for number in range(MOST + 10):
        assert known[f"word{number}"] == len(f"word{number}")
    assert len(known) == 10
