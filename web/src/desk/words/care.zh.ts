/** What the forms beside the chat say: a complaint noted, a call booked. */

export const care = {
  title: "投诉与回电",
  ticketTitle: "登记投诉",
  note: "登记",
  noted: (id: number, time: string) => `已登记投诉 #${id}，${time} 前答复顾客`,
  joins: (id: number) => `这个会话已有投诉 #${id}，内容会并入其中。`,
  said: "顾客原话",
  noOrder: "不涉及订单",
  measure: "处理措施（可稍后补充）",
  calls: "登记后会立即通知主管，由主管处理。",
  onFile: (phone: string) => `顾客留存的 ${phone}`,
  otherPhone: "其他号码",
  phoneHint: "手机号，或带区号的座机号",
  when: "回电时间",
  soon: "尽快",
  atTime: "指定时间",
  honest: "没有客服在岗的时间会顺延到下一个上班时间。",
  booked: (time: string, phone: string) => `已约 ${time} 致电 ${phone}`,
};

export type CareWords = typeof care;
