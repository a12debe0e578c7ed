/** States of a pane or the whole page without content: loading, failed, empty. */

import { Button, Empty, Spin } from "antd";
import { useWords } from "./words";

export function Loading() {
  const words = useWords();
  return (
    <div className="plain" role="status" aria-busy="true">
      <Spin />
      <span>{words.loading}</span>
    </div>
  );
}

export function Failed({ onAgain }: { onAgain: () => void }) {
  const words = useWords();
  return (
    <div className="plain" role="alert">
      <span>{words.failed}</span>
      <Button onClick={onAgain}>{words.again}</Button>
    </div>
  );
}

export function Nothing({ text, hint }: { text: string; hint?: string }) {
  return (
    <div className="plain">
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text} />
      {hint !== undefined && <span className="soft">{hint}</span>}
    </div>
  );
}
