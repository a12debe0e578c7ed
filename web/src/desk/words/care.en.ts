import type { CareWords } from "./care.zh";

export const care: CareWords = {
  title: "Complaints and calls",
  ticketTitle: "Note a complaint",
  note: "Note it",
  noted: (id, time) => `Complaint #${id} is noted; answer by ${time}`,
  joins: (id) => `Complaint #${id} is open in this conversation: this becomes part of it.`,
  said: "In the customer's words",
  noOrder: "About no order",
  measure: "What is done about it (may follow later)",
  calls: "A supervisor is called at once and works on it.",
  onFile: (phone) => `The customer's ${phone}`,
  otherPhone: "Another number",
  phoneHint: "Mobile number, or landline with area code",
  when: "When",
  soon: "As soon as possible",
  atTime: "At a time",
  honest: "When nobody is there, the call moves to the next hours of the desk.",
  booked: (time, phone) => `Booked: ${phone} is called at ${time}`,
};
