"""The customer beside the chat: full data on demand, each look audited."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from desk import audit
from desk.api.access import Allowed, OurDesk
from desk.api.errors import describe
from desk.api.schemas import Id, clean_text, example
from desk.permissions import Permission
from desk.users import User
from shop.errors import NotFound
from shop.models import Customer, Order

router = APIRouter(prefix="/api/v1/desk", tags=["customers"])
Seer = Annotated[User, Depends(Allowed(Permission.SEE_FULL_DATA))]


class UnmaskIn(BaseModel):
    """Whose data is needed, and what for: the reason stays in the audit log."""

    model_config = example({"kind": "customer", "id": "b001", "reason": "回电确认地址"})

    kind: Literal["customer", "order"]
    id: Annotated[Id, Field(max_length=60)]
    reason: Annotated[str, Field(min_length=2, max_length=200), AfterValidator(clean_text)]


class FullData(BaseModel):
    """Name, phone and address in full."""

    model_config = example(
        {"name": "林晚晴", "phone": "13800000000", "region": "浙江", "address": "杭州市示例区1号"}
    )

    name: str
    phone: str
    region: str
    address: str


@router.post("/unmask", responses=describe(401, 403, 404, 422))
async def unmask(body: UnmaskIn, _seer: Seer, desk: OurDesk) -> FullData:
    """A customer's or an order's data in full. Who looked, when and why stands in the audit log."""
    audit.note(f"{body.kind}:{body.id}", reason=body.reason)
    async with desk.transaction() as session:  # the look is written down or it does not happen
        if body.kind == "customer":
            customer = await session.get(Customer, body.id)
            if customer is None:
                raise NotFound(f"no customer {body.id}")
            return FullData.model_validate(customer, from_attributes=True)
        order = await session.get(Order, body.id)
        if order is None:
            raise NotFound(f"no order {body.id}")
        return FullData(name=order.recipient, phone=order.phone, region=order.region, address=order.address)
