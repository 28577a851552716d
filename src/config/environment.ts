import { config as readDotenv } from 'dotenv';

/** The process's environment, completed by `.env` in the working folder; what is set already wins. */
export function environment(): Readonly<Record<string, string | undefined>> {
  const fromFile: Record<string, string> = {};
  readDotenv({ quiet: true, processEnv: fromFile });
  return { ...fromFile, ...process.env };
}
