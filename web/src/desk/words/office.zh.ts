/** What the pages beside the workplace say. */

export const office = {
  pagesTitle: "页面",
  pages: { wall: "大屏", warehouse: "仓库", users: "账号", audit: "审计" },
  tasks: {
    open: "待办",
    done: "已完成",
    impossible: "办不了",
    nothing: "没有任务。",
    print: "打印",
    due: (time: string) => `${time} 前`,
    asked: (who: string, time: string) => `${who} 于 ${time} 提出`,
    why: "原因（会告知顾客侧的同事）",
    whys: ["包裹已交快递", "已打包无法拆开", "库存已用完"],
  },
  users: {
    shown: "显示名",
    role: "角色",
    state: "状态",
    add: "添加账号",
    fresh: (name: string) => `${name} 的新密码，只显示这一次，首次登录须修改`,
    active: "启用",
    off: "已停用",
    mustChange: "待改密码",
    secondProof: "动态验证码",
    reset: "重置密码",
    turnOff: "停用",
    turnOn: "启用",
  },
  audit: { at: "时间", who: "谁", what: "做了什么", about: "对象", detail: "说明", origin: "来源" },
  wall: {
    waiting: "正在等待",
    longest: "最长等待",
    late: "已超时",
    grave: "重大与危机",
    people: "人工接待",
    bot: "机器人",
    agents: "客服负载",
    nobody: "现在没有人工会话。",
    load: (count: number) => `${count} 个会话`,
    lateOf: (count: number) => (count > 0 ? `⚠ ${count} 个超时` : "无超时"),
    urgent: "最先要处理",
  },
};

export type OfficeWords = typeof office;
