"""Reading the policy file: errors name file, line and reason; a running service keeps the old policy."""

import hashlib
from pathlib import Path
from typing import Any

import structlog
import yaml
from pydantic import ValidationError
from yaml.constructor import ConstructorError
from yaml.reader import ReaderError

from shop.errors import PolicyError
from shop.policy import Policy

log = structlog.get_logger(__name__)


class _Loader(yaml.SafeLoader):
    """YAML whose impossible values (a 30th of February, a broken !!int) are errors with a line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value of a node. Raises ConstructorError."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            raise ConstructorError(None, None, f"impossible value: {error}", node.start_mark) from error


def load_policy(path: Path) -> Policy:
    """The validated policy of a file. Raises PolicyError `file:line: key: reason`, one line a fault."""
    return parse_policy(path, load_policy_text(path))


def parse_policy(path: Path, text: str) -> Policy:
    """The validated policy of a file's text. Raises PolicyError as `load_policy` does."""
    node, data = _parse(path, text)
    if not isinstance(data, dict):
        raise PolicyError(f"{path}:1: the file must hold sections such as `shop:` and `shipping:`")
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        faults = [
            f"{path}:{_line_of(node, fault['loc'])}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise PolicyError("\n".join(faults)) from error
    return policy.model_copy(update={"version": hashlib.sha256(text.encode()).hexdigest()[:12]})


def load_policy_text(path: Path) -> str:
    """The text of a policy file. Raises PolicyError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path}:1: cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(f"{path}:{line}: this is not UTF-8; save the file as UTF-8") from error


def _parse(path: Path, text: str) -> tuple[yaml.Node | None, Any]:
    """The file as nodes, which know their lines, and as values."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{path}:{line}: {error.problem}") from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PolicyError(
            f"{path}:{line}: the control character U+{ord(text[error.position]):04X}"
        ) from error
    except RecursionError as error:
        raise PolicyError(f"{path}:1: nested too deeply") from error


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest part of `location` that the file has."""
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


class PolicyFile:
    """The policy in force. `current()` looks whether the file changed and keeps the old one if it broke."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = self._stat()
        self._text = load_policy_text(path)
        self._policy = parse_policy(path, self._text)
        self.error: str | None = None  # why the file on disk is not in force, if it is not

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    @property
    def text(self) -> str:
        """The text of the policy in force, word for word."""
        return self._text

    def current(self) -> Policy:
        """The newest valid policy."""
        stamp = self._stat()
        if stamp != self._stamp:
            self._stamp = stamp
            self._reload()
        return self._policy

    def _stat(self) -> Any:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    def _reload(self) -> None:
        try:
            text = load_policy_text(self._path)
            self._policy, self._text = parse_policy(self._path, text), text
        except PolicyError as error:
            self.error = str(error)
            log.error("policy.kept_old", reason=str(error), version=self._policy.version)
        else:
            self.error = None
            log.info("policy.reloaded", version=self._policy.version)
