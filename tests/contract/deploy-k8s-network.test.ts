import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { isPublic } from '../../services/alerter/webhooks/address-guard.ts';
import { containerOf, manifestsOf, matches, ofKind, workloadsOf } from '../support/deploy/kubernetes.ts';

const manifests = [...manifestsOf('deploy/k8s/base'), ...manifestsOf('deploy/k8s/components')];
const workloads = workloadsOf(manifests);
const policies = ofKind(manifests, NetworkPolicy);
const covered = (name: string | undefined) =>
  workloads
    .filter(({ labels }) =>
      matches(policies.find(({ metadata }) => metadata?.name === name)?.spec?.podSelector, labels),
    )
    .map((workload) => workload.name)
    .sort();
const all = workloads.map(({ name }) => name).sort();
const processes = ['nhip-alerter', 'nhip-api', 'nhip-ingest', 'nhip-projector'];

test('nothing is allowed to any pod but by name', () => {
  const [deny, ...more] = policies.filter(
    ({ spec }) => spec?.ingress === undefined && spec?.egress === undefined,
  );
  assert.equal(more.length, 0);
  assert.deepEqual(deny?.spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  assert.deepEqual(covered(deny?.metadata?.name), all);
});

test('each way is open to those pods that need it', () => {
  const ways = Object.fromEntries(
    policies.map(({ metadata, spec }) => {
      assert.equal(
        spec?.policyTypes?.includes('Egress') ?? false,
        metadata?.name === 'nhip-default-deny' || spec?.egress !== undefined,
      );
      return [metadata?.name, covered(metadata?.name)];
    }),
  );
  assert.deepEqual(ways, {
    'nhip-default-deny': all,
    'nhip-names': all,
    'nhip-stores': all,
    'nhip-kafka': ['nhip-ingest'],
    'nhip-webhooks': ['nhip-alerter'],
    'nhip-edge': ['nhip-alerter', 'nhip-api', 'nhip-ingest'],
    'nhip-metrics': processes,
  });
});

test('every way names its ports and its other end', () => {
  for (const { metadata, spec } of policies) {
    const ways = [
      ...(spec?.ingress ?? []).map(({ ports, from }) => ({ ports, ends: from })),
      ...(spec?.egress ?? []).map(({ ports, to }) => ({ ports, ends: to })),
    ];
    for (const { ports = [], ends = [] } of ways)
      assert.ok(ports.length > 0 && ends.length > 0, metadata?.name);
  }
});

test('ways that lead in lead to ports of the pods', () => {
  const inward = policies.flatMap(({ metadata, spec }) =>
    (spec?.ingress ?? []).flatMap(({ ports = [] }) =>
      ports.map(({ port }) => ({ policy: metadata?.name, port: String(port) })),
    ),
  );
  assert.ok(inward.length > 0);
  for (const { policy, port } of inward) {
    for (const workload of workloads.filter(({ name }) => covered(policy).includes(name))) {
      const names = containerOf(workload).ports?.map(({ name }) => name);
      assert.ok(names?.includes(port), `${policy}: ${workload.name} has ${port}`);
    }
  }
});

test('the alerter reaches public addresses, and none that its own guard would refuse', () => {
  const allowed = new BlockList();
  const refused = new BlockList();
  const add = (list: BlockList, cidr: string) => {
    const [address = '', bits] = cidr.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  };
  const webhooks = policies.find(({ metadata }) => metadata?.name === 'nhip-webhooks');
  for (const { ipBlock } of webhooks?.spec?.egress?.flatMap(({ to }) => to ?? []) ?? []) {
    assert.ok(ipBlock);
    add(allowed, ipBlock.cidr);
    for (const except of ipBlock.except ?? []) add(refused, except);
  }
  const reaches = (address: string) => {
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    return allowed.check(address, family) && !refused.check(address, family);
  };
  const inside = [
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
  ];
  for (const address of inside) {
    assert.equal(isPublic(address), false, `${address}, the guard`);
    assert.equal(reaches(address), false, `${address}, the policy`);
  }
  for (const address of [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.1',
    '172.32.0.1',
    '203.162.4.191',
    '2606:4700::1111',
  ]) {
    assert.equal(isPublic(address), true, `${address}, the guard`);
    assert.equal(reaches(address), true, `${address}, the policy`);
  }
});
