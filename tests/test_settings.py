from pathlib import Path

import pytest

from index.errors import SettingError
from rag.settings import Settings, load_settings


def test_each_setting_comes_from_the_first_that_has_it(tmp_path):
    (tmp_path / "pincite.toml").write_text('library = "from-file"\nlimit = 5\nport = 8000\n')
    settings = load_settings(
        {"port": 9000, "limit": None},
        environment={"PINCITE_LIMIT": "7", "PINCITE_PORT": "8500", "OTHER": "x"},
        folder=tmp_path,
    )
    assert settings == Settings(library=Path("from-file"), limit=7, port=9000)


def test_without_anything_the_defaults_hold(tmp_path):
    assert load_settings(environment={}, folder=tmp_path) == Settings()


def test_questions_are_a_list_in_the_file_and_lines_in_the_environment(tmp_path):
    (tmp_path / "pincite.toml").write_text('questions = ["Why? ", "", "Who?"]\n')
    assert load_settings(environment={}, folder=tmp_path).questions == ("Why?", "Who?")
    environment = {"PINCITE_QUESTIONS": "When?\n\nWhere?\n"}
    assert load_settings(environment=environment, folder=tmp_path).questions == ("When?", "Where?")


def test_an_empty_variable_sets_nothing(tmp_path):
    assert load_settings(environment={"PINCITE_LIMIT": ""}, folder=tmp_path).limit == 3


@pytest.mark.parametrize(
    ("file", "environment", "message"),
    [
        ("librry = 'x'", {}, "pincite.toml sets 'librry', which is no setting"),
        ("library = [", {}, "pincite.toml is not TOML"),
        ("", {"PINCITE_PORT": "high"}, "PINCITE_PORT is 'high'; a number was expected"),
        ("", {"PINCITE_LIMIT": "0"}, "limit is 0; it must be at least 1"),
        ("precision = 'int8'", {}, "precision is 'int8'; it must be one of auto, float32"),
        ("questions = [1]", {}, r"questions is \[1\]; a list of texts was expected"),
        ("questions = 7", {}, "questions is 7; a list of texts was expected"),
        ("trusted_proxies = ['*']", {}, r"trusted_proxies has '\*'; the IP address of a proxy"),
        ("trusted_proxies = ['nginx']", {}, "trusted_proxies has 'nginx'"),
        ("trusted_proxies = ['10.0.0.1/8']", {}, "trusted_proxies has '10.0.0.1/8'"),
        ("threshold = 'low'", {}, "threshold is 'low'; a number was expected"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, file, environment, message):
    (tmp_path / "pincite.toml").write_text(file)
    with pytest.raises(SettingError, match=message):
        load_settings(environment=environment, folder=tmp_path)
