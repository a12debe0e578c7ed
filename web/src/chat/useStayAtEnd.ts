import type { MessageContainerHandle } from "@chatui/core/lib/components/MessageContainer";
import { useEffect, useRef, type RefObject } from "react";

const NEAR_END_PX = 48;
/** After the last of a run of scroll events: the library's own slide to the end has come to rest. */
const SETTLED_MS = 150;
const BY_HAND = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

type Box = Pick<HTMLElement, "scrollHeight" | "scrollTop" | "clientHeight">;

/** Whether the last words of a list are in sight. */
export const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }: Box): boolean =>
  scrollHeight - scrollTop - clientHeight <= NEAR_END_PX;

/** Keeps the end of a box in sight while it or its content changes; only a person's hand takes it away. */
function follow(box: HTMLElement): () => void {
  let following = true;
  let byHand = false;
  let settled = 0;
  const pin = () => {
    if (following) box.scrollTop = box.scrollHeight;
  };
  const touched = () => {
    byHand = true;
  };
  const scrolled = () => {
    if (isAtEnd(box)) following = true;
    else if (byHand) following = false;
    window.clearTimeout(settled);
    settled = window.setTimeout(() => {
      byHand = false;
      pin();
    }, SETTLED_MS);
  };
  const resized = new ResizeObserver(pin);
  box.addEventListener("scroll", scrolled, { passive: true });
  for (const name of BY_HAND) box.addEventListener(name, touched, { passive: true });
  resized.observe(box);
  for (const child of box.children) resized.observe(child);
  return () => {
    window.clearTimeout(settled);
    resized.disconnect();
    box.removeEventListener("scroll", scrolled);
    for (const name of BY_HAND) box.removeEventListener(name, touched);
  };
}

/**
 * For the list of messages: who reads its end goes on reading it when the bars around it grow, a photo is
 * loaded or the keyboard opens; who has scrolled up stays there.
 */
export function useStayAtEnd(): RefObject<MessageContainerHandle> {
  const handle = useRef<MessageContainerHandle>(null);
  useEffect(() => {
    const box = handle.current?.ref.current.querySelector<HTMLElement>(".PullToRefresh");
    return box ? follow(box) : undefined;
  }, []);
  return handle as RefObject<MessageContainerHandle>;
}
