"""The shop: catalogue, stock, orders, shipping, aftersales, pricing, policy and scripts. Knows nobody above it."""
