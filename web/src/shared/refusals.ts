/** Why the desk refuses something and what to do next, in the reader's language; by ground and code. */

type Said = readonly [zh: string, en: string];

/** By `reason`, the ground of a refusal. */
export const REASONS: Record<string, Said> = {
  // Whose it is
  already_settled: ["这件事已经处理过，内容已刷新。", "This was settled already; it was loaded again."],
  already_taken: ["这个会话刚被接走，请接待下一位。", "Somebody took this one just now. Take the next."],
  closed: ["会话已结束。顾客再来消息时会开始新的会话。", "The conversation is closed. A new message opens another."],
  colleague_has_it: ["这个会话在其他同事手上，可以请对方转交。", "A colleague has this conversation; ask for it."],
  take_over_first: ["请先接管这个会话。", "Take the conversation over first."],
  supervisor_first: ["主管还没有看过这个会话，请先接待再结束。", "A supervisor must see it first: claim it, then close it."],
  still_answering: ["还有一条消息正在答复，请等答复后再结束。", "A message is being answered; close it after that."],
  draft_decided: ["这条草稿已经处理过，内容已刷新。", "This draft was decided on already; it was loaded again."],
  colleague_away: ["对方此刻不在线，可以转给小组。", "That colleague is not at the desk; hand it to the team."],
  recall_late: ["消息已经送达对方平台，撤不回来了，请再发一条说明。", "The channel has it already. Send a correction."],
  supervisors_only: ["重大投诉和危机由主管处理，您可以补充备注。", "Only a supervisor works on this; leave a note instead."],
  needs_authority: ["这一步需要更高的权限，请提交主管审批。", "This takes more authority: ask a supervisor to approve."],
  // Orders
  stage_forbids: ["订单已到下一个环节，这一步办不了，请刷新后按当前状态处理。", "The order has moved on; look at its state now."],
  no_parcel: ["这一单没有可以处理的包裹，请核对运单。", "The order has no such parcel; check the tracking number."],
  with_courier: ["已经请快递处理，请等快递答复。", "The courier was asked already; wait for the answer."],
  with_warehouse: ["已经请仓库处理，请等仓库答复。", "The warehouse was asked already; wait for its answer."],
  no_such_goods: ["没有这个颜色或尺码，请换一个。", "There is no such colour or size; choose another."],
  sold_out: ["库存不够了，请与顾客商量换款或退款。", "Not enough in stock; agree on other goods or a refund."],
  which_line: ["订单里有几件这样的商品，请指明是哪一件。", "Several lines match; say which one is meant."],
  // Returns and money
  return_open: ["这一单已有退换申请，请在原申请上处理。", "A return of this order is open; go on with that one."],
  no_return: ["这一单没有进行中的退换申请，请先登记。", "No return of this order is open; register one first."],
  days_over: ["已过退换期限。如需破例，请提交主管审批。", "The days for it are over; ask a supervisor for an exception."],
  reason_missing: ["请写明拒绝的原因。", "Write why it is declined."],
  check_failed: ["退回的商品没有通过验收，退款由主管决定。", "The goods failed the check: a supervisor decides on a refund."],
  fault_unconfirmed: ["请先确认质量问题，再由店铺承担运费。", "Confirm the fault first; then the shop pays the way back."],
  postage_limit: ["超过运费补偿的上限，请调低金额。", "Above what goes back for postage; lower the amount."],
  goods_not_back: ["商品还没有收到并验收，提前办理由主管决定。", "The goods are not back and checked: a supervisor may decide."],
  exchange_incomplete: ["换货请选定一件商品和想换的规格。", "For an exchange name one line and the goods wanted."],
  exchange_price: ["换货限同价的其他颜色或尺码，差价请走退货重拍。", "Exchanges are for the same price; else return and reorder."],
  step_unknown: ["这类申请没有这一步，请刷新后再看。", "This kind of request has no such step; load it again."],
  too_many_back: ["退回的件数超过购买的件数，请核对。", "More would come back than was bought; check the pieces."],
  deduction: ["扣减超过应退金额，请核对。", "More is kept back than goes back; check the amount."],
  above_paid: ["退款合计超过实付金额，请核对。", "More would go back than was paid; check the amount."],
  above_limit: ["超出客服权限，请提交主管审批。", "Above your limit: ask a supervisor to approve."],
  bargain_limit: ["超出目前可以给的优惠，请按报价的额度处理。", "More than may be given now; keep to the offer."],
  budget_spent: ["今天的优惠预算已用完，请提交主管审批。", "Today's budget is spent; ask a supervisor."],
  extortion: ["以威胁索要钱款的一律不付款，请交主管处理。", "Money under a threat is never paid; leave it to a supervisor."],
  buys_review: ["补偿不能与评价挂钩，请写明补偿的是什么问题。", "Reviews are never bought: say what went wrong instead."],
  no_order: ["这件投诉没有关联订单，没有可以退款的对象。", "The complaint names no order that money could go back for."],
  measure_first: ["请先写下处理措施，再结案。", "Write down what was done first, then close it."],
  // Invoices
  nothing_paid: ["这一单没有实付金额，没有可开的发票。", "Nothing was paid that an invoice could be for."],
  no_such_invoice: ["店铺不开这种发票，请换一种。", "The shop issues no such invoices; choose another kind."],
  invoice_incomplete: ["开票信息不完整，请补齐抬头和税号。", "The invoice lacks details: add the title and tax number."],
  invoice_amount: ["发票金额须与实付金额一致，请核对。", "An invoice is for what was paid; check the amount."],
  invoice_out: ["发票已经开出，请先由同事收回再重开。", "The invoice is out; it must be taken back first."],
  // Calls and ratings
  call_time: ["回电时间须在今后 7 天以内，请另选时间。", "Choose a time within the next 7 days."],
  nobody_calls: ["目前没有排班，约不到回电时间，请先排班。", "Nobody is on duty at any time: plan shifts first."],
  time_zone_missing: ["时间缺少时区，请重新选择。", "The time lacks its zone; choose it again."],
  no_number: ["店里没有这位顾客的号码，请先向顾客要一个。", "The shop has no number of this customer: ask for one."],
  write_first: ["请先写下您的问题，再预约回电。", "Write to us first, then book a call."],
  rating_early: ["会话结束后即可评价。", "You can rate it once the conversation is closed."],
  rating_late: ["这次会话已过评价时间。", "It is too late to rate this conversation."],
  rated_already: ["您已经评价过这次服务，谢谢。", "You have rated this already. Thank you."],
  nothing_failed: ["没有需要重新获取的图片，内容已刷新。", "No picture has failed; it was loaded again."],
  pass_wrong: ["登录信息无法识别，请回到店铺页面重新进入。", "Your sign-in was not recognised. Come from the shop again."],
  pass_over: ["登录信息已过期，请回到店铺页面重新进入。", "Your sign-in is over. Come from the shop's page again."],
  pass_used: ["登录信息已使用过，请回到店铺页面重新进入。", "Your sign-in was used already. Come from the shop again."],
  message_id_taken: ["这条消息的编号已被占用，请重新发送。", "That message's number is taken; send it again."],
  own_orders_shown: ["您的订单已经可以直接查询，无需验证。", "Your own orders are shown to you without this."],
  photo_format: ["请发送 JPEG、PNG、WebP 或 GIF 格式的图片。", "Send a JPEG, PNG, WebP or GIF picture."],
  photos_too_many: ["今天发送的图片已达上限，请用文字说明。", "No more photos today; please write instead."],
  // Phrases, accounts, roster, autonomy, deliveries
  unknown_variable: ["短语里有不认识的变量，请改用列表中的变量。", "The phrase has an unknown variable; use a listed one."],
  shortcut_taken: ["这个快捷词已被占用，请换一个。", "That shortcut is taken; choose another."],
  own_account: ["自己的角色和启停请由其他管理员修改。", "Your own role and account are changed by a colleague."],
  last_admin: ["这是最后一位管理员，请先设置另一位。", "This is the last administrator; make another one first."],
  password_short: ["密码至少 10 个字符，请换一个更长的。", "The password needs at least 10 characters."],
  password_same: ["新密码须与当前密码不同。", "Choose a password that differs from the current one."],
  name_missing: ["请填写名称。", "Give it a name."],
  name_taken: ["这个账号名已被占用，请换一个，或重置它的密码。", "That name is taken; choose another, or reset its password."],
  shift_length: ["班次的结束须晚于开始，最长 16 小时。", "A shift ends after it starts and takes at most 16 hours."],
  shift_overlaps: ["这位同事那段时间已有班次，请改时间。", "That colleague has a shift then; choose other times."],
  policy_limit: ["策略文件不允许这么高的级别，请先修改策略。", "The policy allows no more; change the policy first."],
  never_promoted: ["涉及钱款、责任和安全的问题始终由人处理。", "Money, liability and safety always stay with people."],
  second_proof_on: ["动态验证码已经开启，换设备请先关闭。", "The second proof is on; turn it off to use another device."],
  enrol_first: ["请先扫码绑定验证器。", "Enrol your authenticator first."],
  code_wrong: ["验证码不对或已用过，请输入下一个。", "That code is wrong or used; take the next one."],
  delivery_alive: ["这条消息还在自动重试，不用处理。", "This delivery is still being tried; nothing to do."],
};

/** By `error`, the code of an answer. */
export const CODES: Record<string, Said> = {
  stale_epoch: ["会话已易手，内容已刷新，请确认后再操作。", "The conversation changed hands; it was loaded again."],
  new_message: ["顾客有新消息，请先看一眼。", "The customer wrote something new; have a look first."],
  not_yours: ["这个会话在其他同事手上。", "A colleague has this conversation."],
  not_allowed: ["您的角色没有这项权限，需要时请联系管理员。", "Your role may not do this; ask an administrator."],
  not_signed_in: ["登录已过期，请重新登录。", "Your sign-in has ended. Please sign in again."],
  sign_in_failed: ["账号、密码或验证码不对。", "Name, password or code is wrong."],
  code_needed: ["请输入验证器 App 上的动态验证码。", "Enter the code of your authenticator app as well."],
  sign_in_locked: ["失败次数过多，请 5 分钟后再试。", "Too many failures. Try again in 5 minutes."],
  pass_refused: ["登录信息无效，请回到店铺页面重新进入。", "Your sign-in is not valid. Come from the shop's page again."],
  no_guests: ["本店仅接待已登录的顾客，请从店铺页面进入。", "This shop talks to signed-in buyers. Come from its page."],
  password_change_needed: ["请先设置您自己的密码。", "Choose a password of your own first."],
  demo_only: ["只有演示店铺可以选择顾客。", "Only the demo shop lets one choose a buyer."],
  too_many_tries: ["尝试次数较多，请稍后再试。", "Too many tries. Please wait a while."],
  conflict: ["状态已变化，内容已刷新。", "Things changed meanwhile; it was loaded again."],
  facts_changed: ["数据已变化，请核对后再发送。", "Figures changed. Check before sending."],
  not_found: ["没有找到，可能已被删除，请刷新后再试。", "Not found; it may be gone. Load the page again."],
  invalid: ["有一项没有填对，请检查后再提交。", "Something was filled in wrong; please check it."],
  too_large: ["内容太长或文件太大，请精简后再试。", "Too long or too large; make it smaller."],
  csrf: ["页面已过期，请刷新后再试。", "The page is out of date; load it again."],
  command_broken: ["这项操作的内容不完整，请手动处理。", "The command is incomplete; do it by hand."],
  script_broken: ["这条话术缺少数据，请自己写一条回复。", "The script lacks data; write the reply yourself."],
  unavailable: ["系统正忙，什么都没有保存，请再试一次。", "Busy just now; nothing was stored. Try again."],
  bot_unavailable: ["机器人暂时不可用，请人工回复。", "The bot is away; please reply yourself."],
  internal: ["系统出了问题，已经记录。请稍后再试，仍不行请联系管理员。", "Something went wrong and was logged. Try again later."],
};

export interface Refusal {
  code: string;
  reason: string | null;
}

/** The sentence for a refusal; null for one that has none. */
export function sayRefusal({ code, reason }: Refusal, language: "zh" | "en"): string | null {
  const said = (reason === null ? undefined : REASONS[reason]) ?? CODES[code];
  return said?.[language === "zh" ? 0 : 1] ?? null;
}

/** `refused/days_over: the days … are over`, as a failed command keeps it. */
export function parseRefusal(kept: string): (Refusal & { detail: string }) | null {
  const found = /^(\w+)(?:\/(\w+))?: (.*)$/s.exec(kept);
  return found && { code: found[1] ?? "", reason: found[2] ?? null, detail: found[3] ?? "" };
}
