interface SparklineProps {
  values: readonly number[];
  /** Of them, what went wrong: drawn over them in red. */
  bad: readonly number[];
  label: string;
}

const WIDTH = 180;
const HEIGHT = 28;

/** A small picture of the last hour: one bar a bucket. */
export function Sparkline({ values, bad, label }: SparklineProps) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  const bar = (value: number) => (value === 0 ? 0 : Math.max(2, (value / most) * HEIGHT));
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height={HEIGHT} preserveAspectRatio="none" role="img" aria-label={label}>
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--hs-line)" />
      {values.map((value, place) => (
        <g key={place}>
          <rect x={place * step} y={HEIGHT - bar(value)} width={step * 0.8} height={bar(value)} fill="var(--mantine-primary-color-filled)" />
          <rect x={place * step} y={HEIGHT - bar(bad[place] ?? 0)} width={step * 0.8} height={bar(bad[place] ?? 0)} fill="var(--mantine-color-red-7)" />
        </g>
      ))}
    </svg>
  );
}
