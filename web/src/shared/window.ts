/** Which rows of a long list are to be drawn; all rows are equally high. */

export interface Rows {
  from: number;
  /** The first row that is not drawn any more. */
  to: number;
}

const SPARE = 8;

export function visibleRows(count: number, rowPx: number, scrollTop: number, boxPx: number): Rows {
  const first = Math.floor(scrollTop / rowPx);
  const last = Math.ceil((scrollTop + boxPx) / rowPx);
  const from = Math.min(Math.max(0, first - SPARE), Math.max(0, count - 1));
  return { from, to: Math.min(count, Math.max(last + SPARE, from + 1)) };
}

/** Where to scroll so that a row is in sight; the place itself when it is. */
export function scrollToRow(index: number, rowPx: number, scrollTop: number, boxPx: number): number {
  const [top, bottom] = [index * rowPx, (index + 1) * rowPx];
  if (top < scrollTop) return top;
  return bottom > scrollTop + boxPx ? bottom - boxPx : scrollTop;
}
