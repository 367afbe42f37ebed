import type { ReactNode } from "react";
import styles from "./facts.module.css";

/** Names and what they stand for, side by side. */
export function Facts({ label, facts }: { label: string; facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles["facts"]} aria-label={label}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles["fact"]}>
          <dt className={styles["name"]}>{name}</dt>
          <dd className={styles["value"]}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
