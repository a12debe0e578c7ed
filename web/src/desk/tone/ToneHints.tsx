import { Button } from "antd";
import type { Tone } from "../../api/tone";
import { useWords } from "../words";
import { mend } from "./mend";

interface ToneHintsProps {
  text: string;
  tone: Tone;
  onChange: (text: string) => void;
}

/** What in the text breaks the shop's tone; one click puts the better words in. */
export function ToneHints({ text, tone, onChange }: ToneHintsProps) {
  const words = useWords();
  return (
    <div className="tone" role="status" aria-label={words.toneTitle}>
      <strong className="small">{words.toneTitle}</strong>
      {tone.findings.map((finding) => (
        <Button
          key={`${finding.start} ${finding.kind}`}
          size="small"
          title={`${finding.rule} ${finding.why}`}
          onClick={() => onChange(mend(text, finding))}
        >
          {words.insteadOf(finding.text, finding.better)}
        </Button>
      ))}
      {tone.findings.length > 1 && (
        <Button size="small" type="primary" ghost onClick={() => onChange(tone.better)}>
          {words.toneAll}
        </Button>
      )}
    </div>
  );
}
