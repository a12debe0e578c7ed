import { useEffect, useRef } from "react";
import type { Item } from "../api/chat";
import { ItemList } from "./ItemList";
import { useWords } from "./words";

interface ItemDialogProps {
  items: Item[];
  chosen: string | null;
  onChoose: (item: Item) => void;
  onClose: () => void;
}

/** Picks the item in a dialog of the browser's own, which keeps the focus inside and closes on Esc. */
export function ItemDialog({ onClose, ...list }: ItemDialogProps) {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-label={words.pickItem} onClose={onClose}>
      <header className="dialog-head">
        <h2>{words.pickItem}</h2>
        <button type="button" className="quiet icon" aria-label={words.close} onClick={onClose}>
          ×
        </button>
      </header>
      <ItemList {...list} />
    </dialog>
  );
}
