import { Gauge, type Registry } from "prom-client";

import { createLabelValues } from "./label-values.ts";
import type { Gauges } from "./observations.ts";

/** Registers what is asked at the moment somebody looks. One that cannot tell has no value then; the others still do. */
export function addGauges(registry: Registry, gauges: Gauges): void {
  const { connected, servers, allowedPerSecond, waitingCalls, jobs, captions } = gauges;
  const add = (name: string, help: string, read: (gauge: Gauge) => Promise<void> | void): void => {
    addGauge(registry, { name, help, read });
  };
  if (connected) {
    add("earshot_gateway_connected", "1 while the gateway connection is up", (gauge) =>
      gauge.set(connected() ? 1 : 0),
    );
  }
  if (servers) add("earshot_servers", "Servers the bot is in", (gauge) => gauge.set(servers()));
  if (allowedPerSecond) {
    add("earshot_quota_allowed_per_second", "Requests a second that the quota allows", (gauge) =>
      gauge.set(allowedPerSecond()),
    );
  }
  if (waitingCalls) {
    addGauge(registry, {
      name: "earshot_quota_waiting",
      help: "Calls that wait for their place in the quota",
      label: "lane",
      read: (gauge) => setAll(gauge, "lane", waitingCalls()),
    });
  }
  if (jobs) addJobs(registry, jobs);
  if (captions) addCaptions(registry, captions);
}

function addJobs(registry: Registry, jobs: NonNullable<Gauges["jobs"]>): void {
  addGauge(registry, {
    name: "earshot_jobs",
    help: "Notes and commands that are waiting, running, or put off until later",
    label: "state",
    async read(gauge) {
      const { waiting, running, later } = await jobs();
      setAll(gauge, "state", { waiting, running, later });
    },
  });
  addGauge(registry, {
    name: "earshot_jobs_oldest_waiting_seconds",
    help: "How long the oldest waiting note or command has been due",
    async read(gauge) {
      const { oldestWaitingMs } = await jobs();
      gauge.set(oldestWaitingMs / 1000);
    },
  });
}

function addCaptions(registry: Registry, captions: NonNullable<Gauges["captions"]>): void {
  const stage = createLabelValues(20);
  addGauge(registry, {
    name: "earshot_captions_sessions",
    help: "Voice channels that are being captioned",
    read: (gauge) => gauge.set(captions().sessions),
  });
  addGauge(registry, {
    name: "earshot_captions_stuck_sessions",
    help: "Captioned voice channels in which a stage hands nothing on, by stage",
    label: "stage",
    read(gauge) {
      const stuck = Object.entries(captions().stuck).map(([name, count]) => [stage(name), count]);
      setAll(gauge, "stage", Object.fromEntries(stuck));
    },
  });
}

interface GaugeOptions {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  readonly read: (gauge: Gauge) => Promise<void> | void;
}

function addGauge(registry: Registry, { name, help, label, read }: GaugeOptions): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [],
    async collect() {
      clear(this, label);
      try {
        await read(this);
      } catch {
        // Why it cannot tell is logged where it failed; a page of figures with a gap says enough here.
        clear(this, label);
      }
    },
  });
  registry.registerMetric(gauge);
}

/** Without labels a gauge would start from 0, which is a value. */
function clear(gauge: Gauge, label: string | undefined): void {
  gauge.reset();
  if (label === undefined) gauge.remove();
}

function setAll(gauge: Gauge, label: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) gauge.set({ [label]: name }, value);
}
