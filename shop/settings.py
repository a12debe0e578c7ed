"""Where the shop's data lies. Environment variables `XIAOER_*`, or `.env` in Xiaoer's home folder."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGED_SCRIPTS = Path(__file__).parent / "scripts"


def find_home() -> Path:
    """The folder that relative paths start from: `XIAOER_HOME`, else the checkout this runs from."""
    return Path(os.environ.get("XIAOER_HOME") or Path(__file__).parents[1]).resolve()


class ShopSettings(BaseSettings):
    """Settings that actions and desk share. Relative paths are taken from `home`."""

    model_config = SettingsConfigDict(env_prefix="XIAOER_", extra="ignore")

    home: Path = Field(default_factory=find_home)
    database_url: str = Field(
        "sqlite:///var/xiaoer.db", description="sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME"
    )
    policy: Path = Field(Path("examples/shop/policy.yml"), description="every figure of the shop")
    scripts: Path = Field(PACKAGED_SCRIPTS, description="folder of the sentences (*.yml)")
    internal_secret: str = Field(default="", description="shared by desk, bot and actions; empty refuses all")
    actions_host: str = Field("127.0.0.1", description="where the action server listens; never a public one")
    actions_port: int = Field(5055, description="its port")

    def model_post_init(self, _context: Any) -> None:
        """Anchor relative paths at home, so that the command works from any folder."""
        self.policy = self.home / self.policy
        self.scripts = self.home / self.scripts
        prefix = "sqlite:///"
        if self.database_url.startswith(prefix) and ":memory:" not in self.database_url:
            self.database_url = prefix + str(self.home / self.database_url.removeprefix(prefix))


def load_settings() -> ShopSettings:
    """The settings from the environment and `.env` in home; the environment wins."""
    return ShopSettings(_env_file=find_home() / ".env")
