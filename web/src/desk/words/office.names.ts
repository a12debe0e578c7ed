/** Names of the codes that only the pages beside the workplace show. */

import type { Names } from "./names";

export const CATEGORIES: Names = {
  quality: ["质量", "quality"],
  delivery: ["物流", "delivery"],
  refund: ["退换退款", "returns and refunds"],
  price: ["价格", "price"],
  service: ["服务态度", "service"],
  extortion: ["以威胁索要钱款", "money under a threat"],
  other: ["其他", "other"],
};

export const REMEDIES: Names = {
  gift: ["赠品", "gift"],
  coupon: ["优惠券", "coupon"],
  part_refund: ["部分退款", "part refund"],
};

export const PROMISES: Names = {
  ship: ["发货", "dispatch"],
  pay_difference: ["补差价", "pay the difference"],
  call_back: ["回电", "call back"],
  invoice: ["开票", "invoice"],
  answer: ["答复", "answer"],
};

export const LEVELS: Names = {
  off: ["关闭", "off"],
  shadow: ["影子", "shadow"],
  suggest: ["出草稿", "drafts"],
  auto: ["自动回复", "automatic"],
};

export const DATA_KINDS: Names = {
  products: ["商品", "Products"],
  skus: ["SKU 与库存", "SKUs and stock"],
  sizes: ["尺码表", "Size charts"],
  orders: ["订单", "Orders"],
  shipments: ["物流", "Shipments"],
  customers: ["顾客", "Customers"],
  coupons: ["优惠券", "Coupons"],
  promotions: ["活动", "Promotions"],
};

export const MAPPINGS: Names = {
  erp_orders: ["ERP 订单导出", "ERP orders"],
  erp_stock: ["ERP 库存导出", "ERP stock"],
  taobao_customers: ["淘宝顾客导出", "Taobao customers"],
  taobao_order_lines: ["淘宝宝贝（订单明细）导出", "Taobao order lines"],
  taobao_orders: ["淘宝订单导出", "Taobao orders"],
  taobao_shipments: ["淘宝发货导出", "Taobao shipments"],
};

export const RETURN_KINDS: Names = {
  return: ["退货", "return"],
  exchange: ["换货", "exchange"],
  refund_only: ["仅退款", "refund only"],
};

export const RETURN_REASONS: Names = {
  size_small: ["偏小", "too small"],
  size_large: ["偏大", "too large"],
  color: ["颜色", "colour"],
  dislike: ["不喜欢", "not liked"],
  quality: ["质量", "quality"],
  wrong_item: ["发错货", "wrong goods"],
  wear: ["穿着使用", "wear"],
  other: ["其他", "other"],
};
