"""The shop: catalogue, orders, shipping, aftersales, pricing, policy, scripts. Knows nobody above it."""
