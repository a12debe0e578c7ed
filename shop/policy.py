"""The shop's policy: one validated YAML file holds every figure of the rule book.

Nothing here is a default of the business: a missing figure is an error, so that the file shows all of them.
Sections are named as the topics are; comments in the file cite the rule ids.
"""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Yuan = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=0, le=365)]


class Section(BaseModel):
    """Base of every section: unknown keys are errors, so a typing slip is found at start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Autonomy(StrEnum):
    """What the assistant may do with an intent by itself."""

    OFF = "off"
    SHADOW = "shadow"
    SUGGEST = "suggest"
    AUTO = "auto"


class ShopSection(Section):
    """Who the shop is, where it stands in time, how it speaks."""

    name: str
    company: str
    time_zone: str
    help_line: str  # public crisis help line (E4)
    tone: Literal["plain", "warm"]  # warm adds 亲 (A3)
    greeting_within_s: int  # A1
    answer_within_s: int  # A2
    part_characters: int = Field(ge=40, le=1000)  # A2: a longer answer goes out in parts

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"unknown time zone {name!r}; use a name such as Asia/Shanghai") from None
        return name


class Hours(Section):
    """Service hours of people, local time (G2). Outside them the bot answers and books call-backs."""

    opens: time
    closes: time
    weekdays: list[Annotated[int, Field(ge=1, le=7)]]  # 1 = Monday

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes")
        return self


class NoticesSection(Section):
    """When buyers are left alone with news of their orders, local time; equal times mean never (C5, C10)."""

    quiet_from: time
    quiet_until: time


class StockSection(Section):
    """B1."""

    low_below: int = Field(ge=1)
    alternatives: int = Field(ge=0, le=5)


class SizingSection(Section):
    """B2."""

    shift_high_instep: float = Field(ge=0, le=2)  # sizes up for a high or wide foot
    shift_narrow_foot: float = Field(ge=-2, le=0)
    learn_from_reports: int = Field(ge=1)  # so many returns that say the same teach how an item runs
    learn_share: Share  # of the returns that speak of the fit
    learn_days: Days


class AuthenticitySection(Section):
    """B3."""

    compensation_times: int = Field(ge=1)
    registered_company: bool


class BargainSection(Section):
    """B9 and DESIGN's bargaining. Zero means zero: no default hides behind it."""

    authority_off: Yuan  # most the desk may take off one item by itself
    floor_share: Share  # lowest price as a share of the list price, unless the product has its own floor
    rounds: int = Field(ge=0)
    memory_days: Days
    daily_budget: Yuan
    free_shipping_by_application: bool
    gift: str | None


class CouponsSection(Section):
    """B8."""

    not_with_flash_sale: bool


class PaymentSection(Section):
    """B12."""

    payable_days: Days
    flash_payable_minutes: int = Field(ge=1)
    confirm_within_hours: int = Field(ge=1)  # A10: who says so later asks about an order, and pays none
    cash_on_delivery: bool


class SalesTalkSection(Section):
    """A8: which pieces of a sales talk the assistant adds in their order, each once a conversation."""

    promotion: bool  # with the greeting, what runs now
    order: bool  # to a yes after the goods were talked over, how to order
    invite: bool  # with thanks or farewell, to follow the shop


class BulkSection(Section):
    """B13: tiers of (pieces, price share), ascending."""

    from_pieces: int = Field(ge=2)
    tiers: list[tuple[int, Share]]


class InvoiceSection(Section):
    """B15."""

    kinds: list[Literal["electronic", "paper", "special"]]
    within_days: Days
    flash_after_event_days: Days


class RegionRule(Section):
    """Courier, fee and transit of a group of provinces (C2, C3, B11)."""

    regions: list[str]
    courier: str
    fee: Yuan
    transit_days: tuple[int, int]


class ShippingSection(Section):
    """B11, C1, C2, C3."""

    cutoff: time
    ship_weekdays: list[Annotated[int, Field(ge=1, le=7)]]
    no_stock_extra_days: Days
    made_to_order_hours: int = Field(ge=0)
    campaign_hours: int = Field(ge=0)
    flash_days: Days
    free_from: Yuan
    regions: list[RegionRule]
    elsewhere: RegionRule  # where no rule names the region (EMS)
    surcharges: dict[str, Yuan]  # named courier → extra fee
    stalled_after_hours: int = Field(ge=1)  # C5
    watch_at: list[time] = Field(min_length=1)  # C5: when every parcel is looked at
    pickup_reminder_days: Days  # C5: a parcel that arrived so long ago is reminded of
    closed_days: list[date] = []  # the shop's own days off beside public holidays


class OrdersSection(Section):
    """C6, C8, C9, C11: how soon what is asked of others must be answered."""

    task_minutes: int = Field(ge=1)  # the warehouse answers a task (C11)
    intercept_hours: int = Field(ge=1)  # the courier answers an intercept (C8)
    case_hours: int = Field(ge=1)  # a parcel's trouble or missing goods are settled (C4, C10)
    approval_hours: int = Field(ge=1)  # a supervisor answers what was put to them
    alert_before_minutes: int = Field(ge=0)  # a promise that is not kept yet alerts so long before (A9)


class ReturnsSection(Section):
    """D1, D2, D6, D12. `due_hours`: how long a request may stand in a state before people are told."""

    no_reason_days: Days
    exchange_days: Days
    refund_working_days: tuple[int, int]
    buyer_return_fee: Yuan  # usual cost of sending one parcel back, told to the buyer
    refused_couriers: list[str]
    insurance_pays: dict[str, Yuan]  # region → what shipping insurance pays
    insurance_pays_elsewhere: Yuan
    due_hours: dict[
        Literal["requested", "approved", "shipped_back", "received", "checked", "refunded", "exchange_sent"],
        Annotated[int, Field(ge=1)],
    ]
    address: str
    recipient: str
    phone: str


class WarrantySection(Section):
    """D10: the national three guarantees for shoes."""

    days: Days
    covers: str


class PriceProtectionSection(Section):
    """D11."""

    days: Days
    in_campaigns: bool


class RemedyLimits(Section):
    """E3: the most the desk gives for one complaint by itself; more is a supervisor's to grant."""

    gift_worth: Yuan
    coupon: Yuan
    part_refund_share: Share  # of what was paid for the order
    part_refund: Yuan


class ComplaintsSection(Section):
    """E2, E3, E4: hours until a complaint of each class must be answered, and what may make it good."""

    due_hours: dict[Literal["general", "major", "crisis"], int]
    remedies: RemedyLimits


class SlaSection(Section):
    """A2: seconds until a person's first and later answers; minutes until the matter is settled."""

    first_s: int = Field(ge=1)
    severe_first_s: int = Field(ge=1)  # the same for major and crisis
    next_s: int = Field(ge=1)
    resolution_minutes: int = Field(ge=1)


class DeskSection(Section):
    """G2, G4: how entries of the queue find their agent, and when supervisors are called again."""

    assign: Literal["claim", "offer", "auto"]  # agents take; are offered, free to all; are given
    offer_s: int = Field(ge=5)  # an offer that nobody took goes to the next
    capacity: int = Field(ge=1)  # conversations of one agent at a time, unless the account says otherwise
    alarm_s: int = Field(ge=5)  # an alarm nobody acknowledged is raised again
    sla: SlaSection


class DemotionSection(Section):
    """So many of each within the window take `auto` from an intent."""

    recalls: int = Field(ge=1)
    fact_edits: int = Field(ge=1)
    complaints: int = Field(ge=1)


class AutonomySection(Section):
    """How intents earn and lose autonomy by what people did with their drafts."""

    promote_at: Share  # lower bound of the share sent unedited
    reviews: int = Field(ge=1)  # at least so many of them
    window_days: int = Field(ge=1, le=365)
    demote: DemotionSection
    never: list[str]  # money, liability, safety: not promoted whatever the evidence


class Route(Section):
    """What the assistant may do with an intent, how sure it must be, and whose work it is otherwise."""

    autonomy: Autonomy
    team: Literal["presales", "aftersales", "supervisor"]
    threshold: Share | None = None  # None: `confidence.auto`


class ConfidenceSection(Section):
    """The three bands."""

    auto: Share
    handoff: Share  # a complaint or a wish for a person counts from here; severe words always
    second_reading_below: Share


class Policy(Section):
    """The whole policy. `version` is the content hash of the file it came from."""

    version: str = ""
    shop: ShopSection
    hours: Hours
    notices: NoticesSection
    stock: StockSection
    sizing: SizingSection
    authenticity: AuthenticitySection
    bargaining: BargainSection
    coupons: CouponsSection
    payment: PaymentSection
    sales_talk: SalesTalkSection
    bulk: BulkSection
    invoice: InvoiceSection
    shipping: ShippingSection
    orders: OrdersSection
    returns: ReturnsSection
    warranty: WarrantySection
    price_protection: PriceProtectionSection
    complaints: ComplaintsSection
    desk: DeskSection
    autonomy: AutonomySection
    confidence: ConfidenceSection
    routes: dict[str, Route]

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.shop.time_zone)

    def route(self, intent: str) -> Route:
        """The route of an intent; one the file does not name goes to people as a draft."""
        return self.routes.get(intent, Route(autonomy=Autonomy.SUGGEST, team="presales"))
