import { Button, Progress, Select } from "antd";
import { useRef, useState, type DragEvent } from "react";
import {
  importFile,
  KINDS,
  listMappings,
  type Imported,
  type Kind,
  type Refusal,
} from "../../api/shopData";
import { ApiError } from "../../api/http";
import { useLoaded } from "../../shared/useLoaded";
import { useExplain } from "../useAct";
import { useWords } from "../words";
import { DATA_KINDS, MAPPINGS } from "../words/office.names";
import { formatOf, sizeOf } from "./files";
import { Verdict } from "./Verdict";

/** What became of the file so far. */
export type Stage =
  | { name: "idle" }
  | { name: "running"; check: boolean; sent: number }
  | { name: "fine"; result: Imported }
  | { name: "refused"; message: string; refusal: Refusal };

/** A file into the shop: what it is, whose columns it has; checked first, written whole or not at all. */
export function Import() {
  const words = useWords();
  const explain = useExplain();
  const { data: mappings } = useLoaded(listMappings);
  const picker = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<Kind>("products");
  const [mapping, setMapping] = useState<string | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [stage, setStage] = useState<Stage>({ name: "idle" });
  const format = file && formatOf(file.name);
  const running = stage.name === "running";
  const checked = stage.name === "fine" && stage.result.checked_only;

  const afresh = () => setStage({ name: "idle" });
  const take = (files: FileList | null) => {
    if (files?.[0] && !running) {
      setFile(files[0]);
      afresh();
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  };
  const run = async (check: boolean) => {
    if (!file || !format) return;
    setStage({ name: "running", check, sent: 0 });
    try {
      const sent = (share: number) => setStage({ name: "running", check, sent: share });
      setStage({ name: "fine", result: await importFile(file, { kind, format, mapping, check }, sent) });
    } catch (error) {
      const refusal = error instanceof ApiError ? ((error.body ?? {}) as Refusal) : {};
      const message = error instanceof ApiError && refusal.rows ? "" : explain(error);
      setStage({ name: "refused", message, refusal });
    }
  };
  return (
    <section className="import">
      <h3>{words.data.import}</h3>
      <div className="page-tools">
        <Select<Kind>
          value={kind}
          disabled={running}
          aria-label={words.data.kind}
          style={{ width: 150 }}
          options={KINDS.map((name) => ({ value: name, label: words.nameOf(DATA_KINDS, name) }))}
          onChange={(next) => {
            setKind(next);
            afresh();
          }}
        />
        <Select<string>
          value={mapping ?? ""}
          disabled={running}
          aria-label={words.data.mapping}
          style={{ width: 260 }}
          options={[
            { value: "", label: words.data.ownColumns },
            ...(mappings ?? []).map((name) => ({ value: name, label: words.nameOf(MAPPINGS, name) })),
          ]}
          onChange={(next) => {
            setMapping(next === "" ? null : next);
            afresh();
          }}
        />
      </div>
      <button
        type="button"
        className="drop-zone"
        disabled={running}
        onClick={() => picker.current?.click()}
        onDragOver={(event) => event.preventDefault()}
        onDrop={drop}
      >
        {file ? (
          <>
            <strong>{file.name}</strong> <span className="soft">{sizeOf(file.size)}</span>
          </>
        ) : (
          words.data.drop
        )}
      </button>
      <input
        ref={picker}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.xlsx,.xlsm,.yml,.yaml"
        aria-label={words.data.drop}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = ""; // the same file again is a choice, too
        }}
      />
      {file && !format && <p className="warn">⚠ {words.data.wrongFormat}</p>}
      <div className="page-tools">
        <Button
          type={checked ? "default" : "primary"}
          disabled={!format || running}
          onClick={() => void run(true)}
        >
          {words.data.check}
        </Button>
        <Button type={checked ? "primary" : "default"} disabled={!checked} onClick={() => void run(false)}>
          {words.data.write}
        </Button>
        <span className="soft small">{words.data.wholeOrNot}</span>
      </div>
      {running && (
        <div role="status" className="progress">
          <Progress percent={Math.round(stage.sent * 100)} size="small" status="active" />
          <span className="soft">
            {stage.sent < 1 ? words.data.sending : stage.check ? words.data.checking : words.data.writing}
          </span>
        </div>
      )}
      <Verdict stage={stage} />
    </section>
  );
}
