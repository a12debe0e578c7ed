import { Button } from "antd";
import type { Attachment } from "../../api/desk";
import { useWords } from "../words";
import { FAULTS, FILES } from "../words/files";

interface FilesProps {
  attachments: readonly Attachment[];
  /** Try those that failed once more; undefined for who may not. */
  onFetch: (() => void) | undefined;
}

const isWeb = ({ type, url }: Attachment): boolean => type === "image" && url?.startsWith("http") === true;

/** What came with a message and cannot be shown: on its way, failed, or only on the channel. */
export function Files({ attachments, onFetch }: FilesProps) {
  const words = useWords();
  const missing = attachments.filter(({ type, photo }) => FILES[type] !== undefined && photo === undefined);
  return missing.map((one, place) => (
    <p key={place} className="small" role="status" data-file={one.failed ?? "waiting"}>
      {one.failed !== undefined && (
        <>
          <span className="warn">⚠ {words.nameOf(FAULTS, one.failed)}</span>{" "}
          {onFetch && (
            <Button size="small" type="link" className="inline" onClick={onFetch}>
              {words.files.again}
            </Button>
          )}
        </>
      )}
      {one.failed === undefined && (
        <span className="soft">
          {isWeb(one) ? words.files.coming : words.files.elsewhere(words.nameOf(FILES, one.type))}
        </span>
      )}
    </p>
  ));
}
