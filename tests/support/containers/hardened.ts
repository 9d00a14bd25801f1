import { GenericContainer, Wait } from 'testcontainers';

const SECOND_NS = 1_000_000_000;

/** The embedded server, run by this image with all restrictions that deploy/README.md names. Its volume has its name. */
export class HardenedNhip extends GenericContainer {
  constructor(image: string, name: string) {
    super(image);
    this.withName(name)
      .withBindMounts([{ source: name, target: '/data' }])
      .withExposedPorts(8080)
      .withTmpFs({ '/tmp': '' })
      .withDroppedCapabilities('ALL')
      .withSecurityOpt('no-new-privileges')
      .withResourcesQuota({ memory: 2 })
      .withWaitStrategy(Wait.forHealthCheck());
    // Testcontainers has no names for these.
    this.hostConfig = {
      ...this.hostConfig,
      ReadonlyRootfs: true,
      RestartPolicy: { Name: 'unless-stopped' },
    };
    // The check of the image, asked more often, and patiently: other tests have the processors as well.
    this.createOpts = { ...this.createOpts, Healthcheck: { Interval: SECOND_NS, Retries: 60 } };
  }
}
