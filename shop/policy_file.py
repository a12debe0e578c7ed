"""Reading the policy file: errors name file, line and reason; a running service keeps the old policy."""

import hashlib
from pathlib import Path
from typing import Any

import structlog
import yaml
from pydantic import ValidationError

from shop.errors import PolicyError
from shop.policy import Policy

log = structlog.get_logger(__name__)


def load_policy(path: Path) -> Policy:
    """The validated policy of a file. Raises PolicyError `file:line: key: reason`, one line a fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{path}:{line}: {error.problem}") from error
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
        self._policy = load_policy(path)
        self.error: str | None = None  # why the file on disk is not in force, if it is not

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
            self._policy = load_policy(self._path)
        except PolicyError as error:
            self.error = str(error)
            log.error("policy.kept_old", reason=str(error), version=self._policy.version)
        else:
            self.error = None
            log.info("policy.reloaded", version=self._policy.version)
