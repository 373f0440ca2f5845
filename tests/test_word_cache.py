"""What a function returns for a word is kept, within limits."""

from afterword.recognition.words.word_cache import MOST_WORDS, WordCache


def test_a_word_is_computed_once_and_a_long_one_each_time() -> None:
    computed: list[str] = []

    def length(word: str) -> int:
        computed.append(word)
        return len(word)

    cache, long = WordCache(length), "x" * 100_000
    assert [cache[each] for each in ("gladly", "gladly", long, long)] == [6, 6, 100_000, 100_000]
    assert computed == ["gladly", long, long]
    assert list(cache) == ["gladly"]


def test_there_are_never_too_many() -> None:
    cache = WordCache(len)
    for number in range(MOST_WORDS + 10):
        assert cache[f"word{number}"] == len(f"word{number}")
    assert len(cache) == 10
