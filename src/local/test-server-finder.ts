/** Finds or gets the Temporal server whose clock skips over waits; only tests use it. */
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, since } from './progress';
import { StartProblem } from './start-problem';
import { downloadedProgram, downloadEphemeral, makeCacheFolder } from './temporal-finder';
import { isProgram, onPath, runTool } from './tools';

const version = '1.38.0';

/** Path of a program that takes a port as its argument. */
export async function findTestServer(cacheDir: string): Promise<string> {
  const downloads = join(cacheDir, 'temporal-test-server');
  const fromMaven = join(cacheDir, `temporal-test-server-${version}`);
  const script = join(fromMaven, 'temporal-test-server');
  const present = downloadedProgram(downloads) ?? (isProgram(script) ? script : undefined);
  const found =
    present ??
    (await downloadEphemeral('time-skipping', downloads)) ??
    (await fetchWithMaven(fromMaven));
  if (found !== undefined) return found;
  throw new StartProblem(
    'The time-skipping Temporal test server could not be had: the official download failed, and there is no Maven with Java 17 to fetch it with. Connect this machine to the internet, install Maven, or set EASEL_TEST_SERVER to the path of one.',
  );
}

async function fetchWithMaven(folder: string): Promise<string | undefined> {
  const [mvn, java] = [onPath('mvn'), onPath('java')];
  if (mvn === undefined || java === undefined || process.platform === 'win32') return undefined;
  const startedAt = performance.now();
  say('… Getting the time-skipping test server from Maven (once, about 40 MB)');
  makeCacheFolder(join(folder, '..'));
  const draft = mkdtempSync(`${folder}-`);
  try {
    writeFileSync(join(draft, 'pom.xml'), project());
    const goal = [
      'dependency:copy-dependencies',
      '-DoutputDirectory=lib',
      '-DincludeScope=runtime',
    ];
    const { ok, output } = await runTool(mvn, ['-q', '-B', ...goal], { cwd: draft });
    if (!ok) throw new StartProblem(`Maven couldn't get the test server:\n${output.trim()}`);
    const script = join(draft, 'temporal-test-server');
    writeFileSync(script, starter);
    chmodSync(script, 0o755);
    // A test run beside this one may have been quicker; its folder is as good.
    if (existsSync(folder)) rmSync(draft, { recursive: true, force: true });
    else renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
  say(`✓ Test server fetched (${since(startedAt)})`);
  return join(folder, 'temporal-test-server');
}

/** The SDK starts one program with the port as its argument; this makes a program of the jars. */
const starter = `#!/bin/sh
here="$(cd "$(dirname "$0")" && pwd)"
exec java -XX:+UseSerialGC -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"
`;

function project(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>easel</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${version}</version>
    </dependency>
    <!-- Without a logger of its own choice the server complains at every start. -->
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;
}
