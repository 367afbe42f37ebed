/** Small facts kept between starts: written whole or not at all, checked when read, never thrown away when unreadable. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const LARGEST = 64 * 1024;

export class StoredFile<T> {
  constructor(
    private readonly path: string,
    private readonly defaults: T,
    /** The value, or null when it is not one. */
    private readonly check: (value: unknown) => T | null,
  ) {}

  read(): T {
    if (!existsSync(this.path)) return this.defaults;
    const value = this.parsed();
    if (value !== null) return value;
    this.setAside();
    return this.defaults;
  }

  write(value: T): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const beside = `${this.path}.new`;
    const file = openSync(beside, "w", 0o600);
    try {
      writeSync(file, `${JSON.stringify(value, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, this.path);
  }

  private parsed(): T | null {
    try {
      if (statSync(this.path).size > LARGEST) return null;
      return this.check(JSON.parse(readFileSync(this.path, "utf8")));
    } catch {
      return null;
    }
  }

  /** A person may want to see what was in it; only the newest one is kept. */
  private setAside(): void {
    renameSync(this.path, `${this.path}.unreadable`);
  }
}
