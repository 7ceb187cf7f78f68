"""Addresses of libraries and clusters: read or refused, never repeated where a password may stand in them."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

import detente as dt
from detente.errors import DetenteError, RequestError, StudyError
from detente.study.cluster.schedulers import knock
from detente.study.kept.address import shown, url_of, without_secrets
from detente.study.kept.causes import cause

SECRET = "hu$sh/7"
SPELT = ("hu%24sh%2F7", "hu$sh%2F7")
"""The secret as an address may hold it."""

MISSPELT = (
    "postgresql:/u:{}@h/d",
    "postgresql:u:{}@h/d",
    "postgresql//u:{}@h/d",
    "postgres;//u:{}@h/d",
    "postgress://u:{}@h/d",
    "mysql://u:{}@h/d",
    "u:{}@h/d",
    "user:{}@h/d",
    "postgresql:\\\\u:{}@h\\d",
    "host=h user=u password={} dbname=d",
    "postgresql://u:{}@x@h/d",
    "postgresql://u@x:{}@h/d",
    "postgresql://u:{}@h:port/d",
    "postgresql://h:5432/d?password={}@x",
)


@pytest.mark.parametrize("address", MISSPELT)
@pytest.mark.parametrize("secret", SPELT)
def test_a_misspelt_address_is_no_files_name_and_is_not_repeated(address, secret, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RequestError) as caught:
        dt.Library(address.format(secret))
    assert "sh%2F7" not in str(caught.value)
    assert not list(tmp_path.iterdir()), "nothing was made"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://u:{}@h:5433/d", "postgresql://u@h:5433/d"),
        ("postgres://u:{}@h/d?sslmode=require", "postgresql://u@h/d"),
        ("postgresql://u@h/d?password={}", "postgresql://u@h/d"),
        ("postgresql://h/d?user=u&password={}&host=/run/pg", "postgresql://h/d?host=/run/pg&user=u"),
        ("postgresql://u%3A{}@h/d", "postgresql://u@h/d"),
        ("postgresql://u@h/d;password={}", "postgresql://u@h/d"),
        ("postgresql+psycopg2://u:{}@h/d?sslpassword={}", "postgresql://u@h/d"),
    ],
)
@pytest.mark.parametrize("secret", SPELT)
def test_an_address_is_told_without_its_password_and_so_are_errors_of_the_driver(address, told, secret):
    url = url_of(address.format(secret, secret))
    assert shown(url) == told
    for form in (SECRET, *SPELT):
        said = f'connection to "h" as u with {form} failed: password={form}'
        words = cause(OperationalError("select", {}, Exception(said)), url)
        assert form not in words
        assert form not in without_secrets(said, url)


@pytest.mark.parametrize(
    "address", ["kept.sqlite", "./a:b.sqlite", "/x/user:y@z.sqlite", "a@b/kept.sqlite", "C:\\kept"]
)
def test_a_files_name_is_a_files_name(address):
    assert url_of(address).database == str(address).removeprefix("./") or address in str(url_of(address).database)


@pytest.mark.parametrize(
    "address", ["", "cluster", "tcp://", "tcp://host", "tcp://h:0", "tcp://h:99999", "http://h:80", "h h:1"]
)
def test_an_address_of_no_scheduler_is_refused_before_anything_is_solved(address):
    with pytest.raises(RequestError, match="tcp://HOST:PORT"):
        dt.run("demand", draws=1, cluster=address)


def test_a_scheduler_that_is_not_there_is_told_in_a_line():
    for address in ("tcp://127.0.0.1:1", "127.0.0.1:1", "tcp://nowhere.invalid:8786"):
        with pytest.raises(StudyError) as caught:
            knock(address)
        assert str(caught.value).startswith(f"no Dask scheduler answers at {address}")
        assert "\n" not in str(caught.value)
    assert issubclass(StudyError, DetenteError)
