import { useRef, useState, type ChangeEvent } from "react";
import { leavePhoto, photoUrl, sendMessage } from "../api/chat";
import { ApiError } from "../api/http";
import { useWords, type Words } from "./words";

/** What the desk takes; a phone turns its own formats into one of these. */
const KINDS = "image/jpeg,image/png,image/webp,image/gif";

type Stage = { name: "idle" } | { name: "sending" } | { name: "failed"; reason: string; file: File };

/** What to tell the customer about a photo that did not get through. */
export function explain(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return words.photoUnsent;
  if (error.status === 413) return words.photoTooLarge;
  if (error.reason === "photos_too_many") return words.photosTooMany;
  return error.status === 415 ? words.photoRefused : words.photoUnsent;
}

/** Leaves one photo and sends it as a message; what failed stays until it is tried again or put away. */
export function PhotoButton() {
  const words = useWords();
  const picker = useRef<HTMLInputElement>(null);
  const messageId = useRef("");
  const [stage, setStage] = useState<Stage>({ name: "idle" });

  // The message keeps its id through every try, so a photo whose answer got lost is not said twice.
  const send = async (file: File) => {
    setStage({ name: "sending" });
    try {
      const { id } = await leavePhoto(file);
      await sendMessage(messageId.current, "", undefined, [id]);
      setStage({ name: "idle" });
    } catch (error) {
      setStage({ name: "failed", reason: explain(error, words), file });
    }
  };
  const choose = ({ currentTarget: input }: ChangeEvent<HTMLInputElement>) => {
    const file = input.files?.[0];
    input.value = ""; // the same file may be chosen again
    if (!file) return;
    messageId.current = crypto.randomUUID();
    void send(file);
  };
  return (
    <>
      <input ref={picker} type="file" accept={KINDS} hidden onChange={choose} data-testid="photo-file" />
      <button
        type="button"
        className="photo-button"
        disabled={stage.name === "sending"}
        onClick={() => picker.current?.click()}
      >
        {stage.name === "sending" ? words.sending : words.photo}
      </button>
      {stage.name === "failed" && (
        <span className="composer-over" role="alert">
          {stage.reason}
          <button type="button" className="link" onClick={() => void send(stage.file)}>
            {words.retry}
          </button>
          <button type="button" className="link" onClick={() => setStage({ name: "idle" })}>
            {words.discard}
          </button>
        </span>
      )}
    </>
  );
}

/** The photos of a message, each opening in full. */
export function Photos({ ids }: { ids: string[] }) {
  const words = useWords();
  return ids.map((id) => (
    <a key={id} className="photo" href={photoUrl(id)} target="_blank" rel="noreferrer">
      <img src={photoUrl(id)} alt={words.photo} />
    </a>
  ));
}
