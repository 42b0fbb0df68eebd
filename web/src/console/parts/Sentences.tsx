/** What the gateway says of a period, one sentence a line. */
export function Sentences({ lines }: { lines: string[] }) {
  return (
    <ol className="card said-lines">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ol>
  );
}
