"""Making the demo orders: from catalogue, customers, policy and recipe to orders with lines and parcels.

Pure and deterministic: the same input and the same now give the same orders.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from shop.demo.parcels import make_parcel, make_return, region_rule
from shop.demo.recipe import Case, Recipe
from shop.demo.times import DemoTimes
from shop.models import Customer, Order, OrderLine, ParcelState, Promotion, Sku, Stage

ZERO = Decimal("0.00")
WAY_DONE = {"collected": 0.0, "departed": 0.2, "arrived": 0.6, "exception": 0.7}
"""Share of the transit time that has passed at a scan; all of it at every other."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the demo orders are made of."""

    skus: Sequence[Sku]
    customers: Sequence[Customer]
    promotions: Sequence[Promotion]


@dataclass(frozen=True, slots=True)
class OrderMaker:
    """Makes the orders of a recipe."""

    catalogue: Catalogue
    recipe: Recipe
    times: DemoTimes

    def make_all(self) -> list[Order]:
        """Every order of the recipe."""
        orders = [order for case in self.recipe.cases for order in self._make_case(case)]
        for serial, order in enumerate(orders, 1):
            order.no = f"{order.created_at.astimezone(self.times.zone):%Y%m%d%H%M%S}{serial:04d}"
        return orders

    def _make_case(self, case: Case) -> Iterator[Order]:
        for position in range(case.count):
            buyer = self._buyer(case, position)
            order = Order(
                buyer_id=buyer.id,
                stage=case.stage,
                sale=case.sale,
                flag=case.flag,
                recipient=buyer.name,
                phone=buyer.phone,
                region=buyer.region,
                address=buyer.address,
                shipping_insurance=self.times.random.random() < 0.5,
                close_reason=case.reason,
            )
            order.lines = self._lines(case, position)
            self._date(case, order)
            self._price(case, order)
            yield order

    def _buyer(self, case: Case, position: int) -> Customer:
        customers = self.catalogue.customers
        if position < len(case.buyers):
            return next(customer for customer in customers if customer.id == case.buyers[position])
        if case.stage not in (Stage.SIGNED, Stage.CLOSED):
            customers = [customer for customer in customers if customer.id not in self._named]
        return self.times.random.choice(customers)

    @property
    def _named(self) -> set[str]:
        """Buyers the recipe names: they stand for one case, so no other open order is drawn for them."""
        return {buyer for case in self.recipe.cases for buyer in case.buyers}

    def _lines(self, case: Case, position: int) -> list[OrderLine]:
        if position < len(case.skus):
            return [self._line(self._sku(case.skus[position]), case)]
        stocked = [sku for sku in self.catalogue.skus if sku.product.on_sale and sku.stock > 0]
        weights = [sku.product.popularity + 1 for sku in stocked]
        count = self.times.random.choices([1, 2, 3], [8, 3, 1])[0]
        picked = self.times.random.choices(stocked, weights, k=count)
        return [self._line(sku, case) for sku in {sku.id: sku for sku in picked}.values()]

    def _sku(self, sku_id: str) -> Sku:
        return next(sku for sku in self.catalogue.skus if sku.id == sku_id)

    def _line(self, sku: Sku, case: Case) -> OrderLine:
        price = sku.price
        if case.sale == "flash":
            price = Decimal(self._promotion(case).rules["price"][sku.id])
        return OrderLine(
            sku_id=sku.id,
            title=sku.product.title,
            color=sku.color,
            size=sku.size,
            quantity=self.times.random.choices([1, 2], [9, 1])[0],
            unit_price=price,
        )

    def _promotion(self, case: Case) -> Promotion:
        return next(promotion for promotion in self.catalogue.promotions if promotion.id == case.promotion)

    def _date(self, case: Case, order: Order) -> None:
        """Set the times that the case's stage implies, and the parcels."""
        if case.promotion:
            self._date_sale(case, order)
        elif case.stage is Stage.UNPAID or (case.stage is Stage.CLOSED and not case.parcel):
            self._date_unshipped(case, order)
        elif case.parcel is None:
            self._date_waiting(case, order)
        else:
            self._date_shipped(case, order)

    def _date_unshipped(self, case: Case, order: Order) -> None:
        assert case.created_days
        order.created_at = self.times.ago(case.created_days)
        if case.cancelled:
            order.paid_at = order.created_at + timedelta(minutes=6)
            order.closed_at = order.paid_at + timedelta(minutes=self.times.random.randint(30, 240))
        elif case.stage is Stage.CLOSED:
            order.closed_at = order.created_at + timedelta(days=self.times.policy.payment.payable_days)

    def _date_waiting(self, case: Case, order: Order) -> None:
        if case.created_days:
            order.paid_at = self.times.ago(case.created_days)
        else:
            order.paid_at = self.times.paid_for(self.times.next_van())
        self._create_before_payment(order)

    def _create_before_payment(self, order: Order) -> None:
        assert order.paid_at
        order.created_at = order.paid_at - timedelta(seconds=self.times.random.randint(30, 1500))

    def _date_shipped(self, case: Case, order: Order) -> None:
        if case.last_scan_hours:
            last = self.times.hours_ago(case.last_scan_hours)
        else:
            assert case.signed_days
            last = self.times.ago(case.signed_days)
        transit = region_rule(self.times.policy, order.region).transit_days
        days = self.times.random.uniform(*transit) * WAY_DONE.get(case.scans[-1], 1)
        self._ship(case, order, self.times.van_before(last - timedelta(days=days)), last)

    def _ship(self, case: Case, order: Order, van: datetime, last: datetime) -> None:
        order.paid_at = order.paid_at or self.times.paid_for(van)
        self._create_before_payment(order)
        order.shipped_at = self.times.collected(van)
        order.shipments = [make_parcel(self.times, self.recipe, case, order, last)]
        if case.parcel is ParcelState.SIGNED:
            order.signed_at = last
        if case.back:
            arrived = last + timedelta(days=4) if case.back is ParcelState.SIGNED else self.times.now
            end = min(arrived, self.times.now - timedelta(hours=3))
            order.shipments.append(make_return(self.times, self.recipe, case, order, end))
            order.closed_at = end + timedelta(hours=2) if case.stage is Stage.CLOSED else None

    def _date_sale(self, case: Case, order: Order) -> None:
        """Forward from the sale: paid in it, on the van of the second working day, signed after transit."""
        sale = self._promotion(case)
        order.paid_at = self.times.between(sale.starts_at + timedelta(hours=1), sale.ends_at)
        self._create_before_payment(order)
        van = self.times.van_after(order.paid_at + timedelta(days=1))
        transit = region_rule(self.times.policy, order.region).transit_days
        last = (van + timedelta(days=self.times.random.uniform(*transit))).replace(microsecond=0)
        if case.parcel and last < self.times.now:
            self._ship(case, order, van, last)

    def _price(self, case: Case, order: Order) -> None:
        """Set goods total, discount of the sale or the promotion then running, fee and total."""
        policy = self.times.policy
        order.goods_total = sum((line.unit_price * line.quantity for line in order.lines), ZERO)
        order.discount = self._discount(case, order)
        paid = order.goods_total - order.discount
        free = paid >= policy.shipping.free_from
        order.shipping_fee = ZERO if free else region_rule(policy, order.region).fee
        order.total = paid + order.shipping_fee

    def _discount(self, case: Case, order: Order) -> Decimal:
        if case.sale == "flash":
            return ZERO
        running = [
            promotion
            for promotion in self.catalogue.promotions
            if promotion.kind == "full_reduction"
            and promotion.starts_at <= order.created_at < promotion.ends_at
            and order.goods_total >= Decimal(promotion.rules["threshold"])
        ]
        return max((Decimal(promotion.rules["off"]) for promotion in running), default=ZERO).quantize(ZERO)
