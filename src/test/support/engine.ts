import Docker from 'dockerode';

/**
 * An engine for a test that needs one.
 *
 * Where none answers the test is skipped; with CQKD_REQUIRE_DOCKER=1 it fails instead.
 */
export async function requireEngine(test: Mocha.Context): Promise<Docker> {
  const docker = new Docker();
  try {
    await docker.ping();
  } catch (error) {
    if (process.env.CQKD_REQUIRE_DOCKER === '1') throw error;
    test.skip();
  }
  return docker;
}
