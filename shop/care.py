"""How goods are looked after: by what the item says, else by its material (B6)."""

from typing import Any

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.keys import split_key
from shop.product import get_product
from shop.vocabulary import get_vocabulary

MATERIALS = ("upper", "fabric", "composition")
"""Attributes that name the material, the first stated counts."""


@source("care")
async def read_care(reading: Reading, key: str) -> dict[str, Any]:
    """The material of an item and its care group: key `P1001`; of a material alone: `?material=麂皮`."""
    product_id, asked = split_key(key)
    if not product_id:
        return _of_material(None, asked.get("material", ""))
    product = await get_product(reading.session, product_id)
    material = next((product.attributes[name] for name in MATERIALS if product.attributes.get(name)), "")
    return _of_material(product.short_name, str(material))


def _of_material(item: str | None, material: str) -> dict[str, Any]:
    group = get_vocabulary().care_of(material)
    if group is None:
        raise NotFound(f"no care is known for {material or 'an unnamed material'!r}")
    return {"item": item, "material": material, "group": group}
