import { LockOutlined } from "@ant-design/icons";
import type { Note } from "../../api/notes";
import { formatMoment } from "../../shared/time";
import { useWords } from "../words";

/** A private note among what was said; it must not look like a bubble. */
export function NoteItem({ note }: { note: Note }) {
  const words = useWords();
  return (
    <li className="private-note">
      <span className="private-note-head">
        <LockOutlined aria-hidden />{" "}
        {note.whisper_to === null ? words.privateNote : words.whisper(note.whisper_to)} · {note.author} ·{" "}
        {formatMoment(note.created_at)}
      </span>
      {note.text}
    </li>
  );
}
