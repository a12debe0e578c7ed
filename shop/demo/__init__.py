"""The demo shop: invented goods, people and orders, the same for the same moment."""
