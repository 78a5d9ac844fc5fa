"""A file or folder appears only when it is whole, in place of what was there."""

import os

import pytest

from sizao.engine.place import placed


def write_file(path, text):
    path.write_text(text)


def write_folder(path, text):
    path.mkdir()
    (path / "part").write_text(text)


def read(path):
    return (path / "part" if path.is_dir() else path).read_text()


@pytest.mark.parametrize("before", [None, write_file, write_folder])
@pytest.mark.parametrize("write", [write_file, write_folder])
def test_a_whole_one_takes_the_place_of_what_was_there(write, before, tmp_path):
    path = tmp_path / "status.parquet"
    if before:
        before(path, "old")
    with placed(path) as part:
        write(part, "new")
        assert not path.exists() or read(path) == "old"
    assert read(path) == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["status.parquet"]


@pytest.mark.parametrize("write", [write_file, write_folder])
def test_a_broken_off_one_leaves_what_was_there(write, tmp_path):
    path = tmp_path / "status.parquet"
    write(path, "old")
    with pytest.raises(OSError, match="disk full"), placed(path) as part:
        write(part, "half")
        raise OSError("disk full")
    assert read(path) == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["status.parquet"]


def test_what_an_earlier_crash_left_is_no_hindrance(tmp_path):
    path = tmp_path / "status.parquet"
    write_folder(tmp_path / f".status.parquet.{os.getpid()}.part", "left")
    with placed(path) as part:
        write_file(part, "new")
    assert read(path) == "new"
