/** Names of the desk's codes as people say them: intents, reasons, teams, figures, commands. */

export type Names = Record<string, readonly [zh: string, en: string]>;

export const INTENTS: Names = {
  greet: ["问候", "greeting"],
  goodbye: ["道别", "goodbye"],
  thank: ["感谢", "thanks"],
  affirm: ["肯定", "yes"],
  deny: ["否定", "no"],
  ask_bot: ["问是否机器人", "is it a bot"],
  request_human: ["转人工", "wants a person"],
  inform: ["提供信息", "information"],
  unclear: ["未听懂", "unclear"],
  out_of_scope: ["超出范围", "out of scope"],
  ask_stock: ["库存", "stock"],
  ask_size: ["尺码", "size"],
  ask_authenticity: ["正品", "authenticity"],
  ask_product: ["商品信息", "goods"],
  ask_care: ["保养", "care"],
  ask_color_difference: ["色差", "colour difference"],
  ask_recommendation: ["推荐", "recommendation"],
  ask_price: ["价格", "price"],
  bargain: ["议价", "bargaining"],
  ask_gift: ["赠品", "gift"],
  ask_coupon: ["优惠券", "coupon"],
  ask_promotion: ["活动", "promotion"],
  ask_price_protection: ["保价", "price protection"],
  ask_bulk_order: ["团购", "bulk order"],
  ask_payment: ["付款", "payment"],
  ask_invoice: ["问发票", "invoice question"],
  request_invoice: ["开发票", "invoice request"],
  ask_shipping_fee: ["运费", "shipping fee"],
  ask_dispatch: ["发货时间", "dispatch"],
  ask_courier: ["快递公司", "courier"],
  ask_delivery_time: ["送达时间", "delivery time"],
  track_order: ["查物流", "parcel"],
  report_delivery_problem: ["派送问题", "delivery problem"],
  change_address: ["改地址", "address change"],
  change_order_item: ["改订单商品", "order change"],
  cancel_order: ["取消订单", "cancellation"],
  add_order_note: ["订单备注", "order note"],
  ask_return_policy: ["退换政策", "return policy"],
  request_return: ["申请退货", "return"],
  request_exchange: ["申请换货", "exchange"],
  ask_return_process: ["退换流程", "return process"],
  ask_return_fee: ["退换运费", "return fee"],
  ask_refund: ["退款进度", "refund"],
  inform_return_shipped: ["退货已寄", "return shipped"],
  report_quality_issue: ["质量问题", "quality fault"],
  report_wrong_item: ["错发漏发", "wrong item"],
  ask_warranty: ["三包保修", "warranty"],
  complain: ["投诉抱怨", "complaint"],
  threaten_escalation: ["升级投诉", "escalation"],
  report_safety_incident: ["安全事故", "safety incident"],
  express_self_harm: ["自伤倾向", "self-harm"],
  abuse: ["辱骂", "abuse"],
};

export const REASONS: Names = {
  doubtful: ["把握不足", "doubtful"],
  unsure: ["把握不足", "unsure"],
  no_answer: ["没有现成答案", "no answer"],
  no_question: ["没有识别到问题", "no question found"],
  needs_person: ["操作需人工确认", "needs a person's go"],
  people_only: ["只由人工处理", "people only"],
  asked_for_person: ["要求人工", "asked for a person"],
  complaint: ["投诉", "complaint"],
  major_complaint: ["重大投诉", "major complaint"],
  crisis: ["危机", "crisis"],
  data_unavailable: ["数据暂不可用", "data unavailable"],
  bot_unavailable: ["机器人不可用", "bot unavailable"],
  attachment: ["含图片附件", "attachment"],
  queued: ["排队中", "queued"],
  agent_has_it: ["人工接待中", "an agent has it"],
  suggest: ["按策略先出草稿", "policy: draft first"],
  shadow: ["影子模式", "shadow mode"],
  off: ["按策略转人工", "policy: people"],
};

export const TEAMS: Names = {
  presales: ["售前", "pre-sales"],
  aftersales: ["售后", "after-sales"],
  warehouse: ["仓库", "warehouse"],
  supervisor: ["主管", "supervisor"],
  admin: ["管理员", "administrator"],
};

export const SEVERITIES: Names = {
  general: ["一般投诉", "general"],
  major: ["重大", "major"],
  crisis: ["危机", "crisis"],
};

export const COMMANDS: Names = {
  add_order_note: ["添加订单备注", "Add an order note"],
  announce_payment: ["登记顾客付款", "Note a payment"],
  answer_warehouse_task: ["回复仓库任务", "Answer a warehouse task"],
  approve_return: ["同意退换", "Approve a return"],
  ask_supervisor: ["请示主管", "Ask a supervisor"],
  assign_complaint: ["分派投诉", "Assign a complaint"],
  book_callback: ["预约回电", "Book a call-back"],
  cancel_order: ["取消订单", "Cancel the order"],
  change_order: ["修改订单", "Change the order"],
  check_return: ["登记验货结果", "Check returned goods"],
  close_case: ["了结跟进事项", "Close a case"],
  close_complaint: ["投诉结案", "Close a complaint"],
  close_return: ["退换结案", "Close a return"],
  complete_payment: ["确认款项到账", "Complete a payment"],
  create_return: ["登记退换申请", "Register a return"],
  decide_approval: ["审批", "Decide an approval"],
  grant_offer: ["给予优惠", "Grant an offer"],
  grant_remedy: ["给予补偿", "Grant a remedy"],
  issue_invoice: ["登记已开发票", "Issue an invoice"],
  open_complaint: ["登记投诉", "Open a complaint"],
  open_courier_query: ["向快递查件", "Query the courier"],
  receive_return: ["登记退货签收", "Receive a return"],
  record_measure: ["登记处理措施", "Record a measure"],
  refund_return: ["退货退款", "Refund a return"],
  register_payment: ["登记付款凭证", "Register a payment"],
  register_return_shipment: ["登记退货单号", "Register a return parcel"],
  reject_return: ["谢绝退换", "Decline a return"],
  request_invoice: ["登记开票申请", "Request an invoice"],
  reserve_restock_notice: ["登记到货提醒", "Note for restock"],
  send_exchange: ["发出换货", "Send an exchange"],
  settle_callback: ["登记回电结果", "Settle a call-back"],
  settle_intercept: ["登记拦截结果", "Settle an intercept"],
  warehouse_task: ["交代仓库", "Ask the warehouse"],
  withdraw_return: ["撤销退换申请", "Withdraw a return"],
};

export const TIERS: Names = {
  new: ["新客", "new"],
  regular: ["老客", "regular"],
  silver: ["银卡", "silver"],
  gold: ["金卡", "gold"],
  vip: ["VIP", "VIP"],
};

export const STAGES: Names = {
  unpaid: ["待付款", "unpaid"],
  paid: ["待发货", "paid"],
  printed: ["已打单", "slip printed"],
  packed: ["已打包", "packed"],
  shipped: ["已发货", "shipped"],
  signed: ["已签收", "signed"],
  closed: ["已关闭", "closed"],
};

export const PARCELS: Names = {
  collected: ["已揽收", "collected"],
  in_transit: ["运输中", "in transit"],
  out_for_delivery: ["派送中", "out for delivery"],
  signed: ["已签收", "signed"],
  stalled: ["停滞", "stalled"],
  returned: ["已退回", "returned"],
  refused: ["已拒收", "refused"],
  exception: ["异常", "exception"],
};

export const FLAGS: Names = {
  red: ["红旗", "red flag"],
  blue: ["蓝旗", "blue flag"],
  purple: ["紫旗", "purple flag"],
};

export const CHANNELS: Names = {
  web: ["网页", "web"],
  cli: ["命令行", "command line"],
  wecom: ["微信客服", "WeCom"],
  chatwoot: ["Chatwoot", "Chatwoot"],
};

export const TASKS: Names = {
  correct_slip: ["改面单", "correct the slip"],
  pull_back: ["拦下包裹", "pull back"],
  cancel: ["取消发货", "cancel"],
  other: ["其他", "other"],
};

export const MATTERS: Names = {
  price: ["优惠", "price"],
  free_shipping: ["包邮", "free shipping"],
  remedy: ["补偿", "remedy"],
  return: ["退换例外", "return exception"],
  invoice: ["发票", "invoice"],
  other: ["其他", "other"],
};
