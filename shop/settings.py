"""Where the shop's data lies. Environment variables `XIAOER_*`, or `.env` in the working folder."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGED_SCRIPTS = Path(__file__).parent / "scripts"


class ShopSettings(BaseSettings):
    """Settings that actions and desk share."""

    model_config = SettingsConfigDict(env_prefix="XIAOER_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///var/xiaoer.db"
    policy: Path = Path("examples/shop/policy.yml")
    scripts: Path = PACKAGED_SCRIPTS
    internal_secret: str = Field(default="", description="shared by desk, bot and actions; empty refuses all")
    actions_host: str = "127.0.0.1"
    actions_port: int = 5055
