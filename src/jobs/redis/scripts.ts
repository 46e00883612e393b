/**
 * What BullMQ's open version has no notion of: turns (its groups are not in it), cancelling what runs, and accounts of attempts and
 * deaths. Kept beside its queues, and changed in one step with them where they must agree: BullMQ 6.7 keeps waiting jobs in
 * `<queue>:prioritized` (lowest score first), later ones in `<queue>:delayed`, each job in a hash `<queue>:<id>`, and the token
 * of who runs it in `<queue>:<id>:lock`.
 *
 * The book of turns is only about order. What exists, and who runs it, BullMQ alone says: an entry without a job that waits
 * is struck out when its turn comes, and a job without an entry gets one at the next `reconcile`.
 */

/** Jobs wait with this priority of BullMQ's; one whose turn it is gets a score below all of them. */
export const waitingPriority = 1;

/** The first of the scores of jobs that may kill their process: behind any number in order of coming. */
const suspectScore = 2 ** 50;
/** Who was never served comes before all who were, by the age of their oldest job. */
const neverServed = 2 ** 52;
const rememberedPlaces = 10_000;

const bookFunctions = `
local function orderOf(lane, name, seq)
  local served = redis.call("ZSCORE", P .. "served:" .. lane, name)
  return served or (seq - ${neverServed})
end
local function put(entry, losses, now)
  redis.call("ZREM", P .. "later", entry)
  local kept = redis.call("HGET", P .. "entries", entry)
  if not kept then return end
  local info = cjson.decode(kept)
  redis.call("ZADD", P .. "waiting", "NX", now, entry)
  local suspect = losses >= 20
  local score = suspect and (${suspectScore} + losses * ${2 ** 32} + info.seq) or info.seq
  local guild, member = info.guild, info.guild .. "/" .. info.member
  redis.call("ZADD", P .. "jobs:" .. info.lane .. ":" .. member, score, entry)
  redis.call("ZADD", P .. "members:" .. info.lane .. ":" .. guild, "NX", orderOf(info.lane, "m" .. member, info.seq), member)
  redis.call("ZADD", P .. "guilds:" .. info.lane, "NX", orderOf(info.lane, "g" .. guild, info.seq), guild)
end
local function strike(entry)
  redis.call("ZREM", P .. "later", entry)
  redis.call("ZREM", P .. "waiting", entry)
  local kept = redis.call("HGET", P .. "entries", entry)
  if not kept then return end
  local info = cjson.decode(kept)
  local guild, member = info.guild, info.guild .. "/" .. info.member
  local jobs = P .. "jobs:" .. info.lane .. ":" .. member
  redis.call("ZREM", jobs, entry)
  if redis.call("EXISTS", jobs) == 0 then
    redis.call("ZREM", P .. "members:" .. info.lane .. ":" .. guild, member)
    if redis.call("EXISTS", P .. "members:" .. info.lane .. ":" .. guild) == 0 then
      redis.call("ZREM", P .. "guilds:" .. info.lane, guild)
    end
  end
end
local function split(entry)
  local kind, id = string.match(entry, "^([^/]+)/(.+)$")
  return kind, id
end
local function jobKey(entry)
  local kind, id = split(entry)
  return P .. kind .. ":" .. id
end
local function lossesOf(entry)
  return tonumber(redis.call("HGET", jobKey(entry), "e:losses") or "0")
end
`;

const start = "local P = KEYS[1]\n";

/** ARGV: entry, lane, guild, member, due (ms, 0 when it waits now), now. Keeps the place in the order that a known entry has. */
const note = `${start}${bookFunctions}
local entry, due, now = ARGV[1], tonumber(ARGV[5]), tonumber(ARGV[6])
if redis.call("HEXISTS", P .. "entries", entry) == 0 then
  local seq = redis.call("INCR", P .. "seq")
  redis.call("HSET", P .. "entries", entry,
    cjson.encode({ lane = ARGV[2], guild = ARGV[3], member = ARGV[4], seq = seq }))
end
local kind = split(entry)
redis.call("SADD", P .. "kinds", kind)
if due > now then
  strike(entry)
  redis.call("ZADD", P .. "later", due, entry)
else
  put(entry, lossesOf(entry), now)
end
redis.call("PUBLISH", P .. "news", kind)
return 1`;

/** ARGV: now, 1 where suspects may not be taken, the wheel of lanes (JSON), the kinds of each lane (JSON). Returns [kind, id] or nil. */
const nextTurn = `${start}${bookFunctions}
local now, noSuspects = tonumber(ARGV[1]), ARGV[2] == "1"
local wheel, kinds = cjson.decode(ARGV[3]), cjson.decode(ARGV[4])
for _, entry in ipairs(redis.call("ZRANGEBYSCORE", P .. "later", "-inf", now, "LIMIT", 0, 200)) do
  put(entry, lossesOf(entry), now)
end
local function chosenOf(lane, allowed)
  for _, guild in ipairs(redis.call("ZRANGE", P .. "guilds:" .. lane, 0, -1)) do
    for _, member in ipairs(redis.call("ZRANGE", P .. "members:" .. lane .. ":" .. guild, 0, -1)) do
      local jobs = P .. "jobs:" .. lane .. ":" .. member
      local list = redis.call("ZRANGE", jobs, 0, -1, "WITHSCORES")
      for index = 1, #list, 2 do
        local entry, score = list[index], tonumber(list[index + 1])
        if noSuspects and score >= ${suspectScore} then break end
        local kind, id = split(entry)
        if allowed[kind] then
          local waits = redis.call("ZSCORE", P .. kind .. ":prioritized", id)
          if not waits and redis.call("ZREM", P .. kind .. ":delayed", id) == 1 then
            redis.call("HSET", P .. kind .. ":" .. id, "delay", 0)
            waits = true
          end
          if waits then return entry, guild, member, kind, id end
          strike(entry)
        end
      end
    end
  end
end
local place = tonumber(redis.call("GET", P .. "place") or "0")
local seen = {}
for turn = 0, #wheel - 1 do
  local lane = wheel[(place + turn) % #wheel + 1]
  if not seen[lane] then
    seen[lane] = true
    local allowed, any = {}, false
    for _, kind in ipairs(kinds[lane] or {}) do allowed[kind] = true any = true end
    local entry, guild, member, kind, id
    if any then entry, guild, member, kind, id = chosenOf(lane, allowed) end
    if entry then
      local served = redis.call("INCR", P .. "place")
      redis.call("ZADD", P .. "served:" .. lane, served, "g" .. guild, served, "m" .. member)
      strike(entry)
      redis.call("ZADD", P .. "guilds:" .. lane, "XX", served, guild)
      redis.call("ZADD", P .. "members:" .. lane .. ":" .. guild, "XX", served, member)
      if served % 1000 == 0 then
        redis.call("ZREMRANGEBYSCORE", P .. "served:" .. lane, "-inf", served - ${rememberedPlaces})
      end
      redis.call("ZADD", P .. kind .. ":prioritized", served % ${2 ** 31}, id)
      return { kind, id }
    end
  end
end
-- A job that was put before all others by a process that died before it fetched it.
for _, allowed in pairs(kinds) do
  for _, kind in ipairs(allowed) do
    local first = redis.call("ZRANGE", P .. kind .. ":prioritized", 0, 0, "WITHSCORES")
    if first[1] and tonumber(first[2]) < ${waitingPriority * 2 ** 32} then return { kind, first[1] } end
  end
end
return nil`;

/** ARGV: entry. Makes a job that waits for later wait now. */
const wake = `${start}${bookFunctions}
local kind, id = split(ARGV[1])
local score = redis.call("ZSCORE", P .. kind .. ":delayed", id)
if not score then return 0 end
redis.call("ZREM", P .. kind .. ":delayed", id)
redis.call("ZADD", P .. kind .. ":prioritized", ${waitingPriority * 2 ** 32}, id)
redis.call("HSET", P .. kind .. ":" .. id, "delay", 0)
put(ARGV[1], lossesOf(ARGV[1]), tonumber(ARGV[2]))
redis.call("PUBLISH", P .. "news", kind)
return 1`;

/** ARGV: kind. Gives the entries of later jobs that have not failed. */
const unfailed = `${start}
local found = {}
for _, id in ipairs(redis.call("ZRANGE", P .. ARGV[1] .. ":delayed", 0, -1)) do
  if (redis.call("HGET", P .. ARGV[1] .. ":" .. id, "e:failures") or "0") == "0" then
    found[#found + 1] = ARGV[1] .. "/" .. id
  end
end
return found`;

/** ARGV: entry, forget (1: its place in the order as well). */
const strikeOut = `${start}${bookFunctions}
strike(ARGV[1])
if ARGV[2] == "1" then redis.call("HDEL", P .. "entries", ARGV[1]) end
return 1`;

/** ARGV: now. Returns waiting, running, later, and how long the oldest has waited (ms). */
const depth = `${start}
local now = tonumber(ARGV[1])
local waiting, running, later = 0, 0, 0
for _, kind in ipairs(redis.call("SMEMBERS", P .. "kinds")) do
  local delayed = P .. kind .. ":delayed"
  local due = redis.call("ZCOUNT", delayed, "-inf", (now + 1) * 4096 - 1)
  waiting = waiting + redis.call("ZCARD", P .. kind .. ":prioritized") + redis.call("LLEN", P .. kind .. ":wait") + due
  running = running + redis.call("LLEN", P .. kind .. ":active")
  later = later + redis.call("ZCARD", delayed) - due
end
local oldest = redis.call("ZRANGE", P .. "waiting", 0, 0, "WITHSCORES")
local due = redis.call("ZRANGE", P .. "later", 0, 0, "WITHSCORES")
local since = math.min(tonumber(oldest[2] or now), tonumber(due[2] or now))
return { waiting, running, later, waiting > 0 and math.max(0, now - since) or 0 }`;

/** Returns the entries of jobs that wait and are not in the book, each followed by when it is due (ms, 0 for now). */
const forgotten = `${start}
local found = {}
local function look(kind, list, isLater)
  for index = 1, #list, 2 do
    local entry = kind .. "/" .. list[index]
    if not redis.call("ZSCORE", P .. "waiting", entry) and not redis.call("ZSCORE", P .. "later", entry) then
      found[#found + 1] = entry
      found[#found + 1] = isLater and math.floor(tonumber(list[index + 1]) / 4096) or 0
    end
  end
end
for _, kind in ipairs(redis.call("SMEMBERS", P .. "kinds")) do
  look(kind, redis.call("ZRANGEBYSCORE", P .. kind .. ":prioritized", ${waitingPriority * 2 ** 32}, "+inf", "WITHSCORES"), false)
  look(kind, redis.call("ZRANGE", P .. kind .. ":delayed", 0, -1, "WITHSCORES"), true)
end
return found`;

const ownRun = `
local job, lock, token = KEYS[1], KEYS[2], ARGV[1]
if redis.call("GET", lock) ~= token then return -1 end
`;

/** A run begins: KEYS job, lock; ARGV token. Returns progress, attempt, failures, losses, giveUps; -1 where it is not ours. */
const begin = `${ownRun}
redis.call("HSET", job, "e:headway", 0)
return redis.call("HMGET", job, "e:progress", "e:attempt", "e:failures", "e:losses", "e:giveUps", "e:cancel")`;

/** KEYS job, lock; ARGV token, progress. 1: kept, -1: not ours, -2: cancelled. */
const save = `${ownRun}
if redis.call("HGET", job, "e:cancel") then return -2 end
if redis.call("HGET", job, "e:progress") ~= ARGV[2] then redis.call("HSET", job, "e:headway", 1) end
redis.call("HSET", job, "e:progress", ARGV[2])
return 1`;

/** KEYS job, lock; ARGV token. The times the last explanation was begun, -1: not ours, -2: cancelled. */
const giveUp = `${ownRun}
if redis.call("HGET", job, "e:cancel") then return -2 end
return redis.call("HINCRBY", job, "e:giveUps", 1)`;

/** KEYS job, lock, set of jobs to wipe; ARGV token, entry, finished (1 or 0), attempts, failures. 1: written, -1: not ours, -2: cancelled. */
const end = `${ownRun}
local cancelled = redis.call("HGET", job, "e:cancel")
if cancelled or ARGV[3] == "1" then redis.call("SADD", KEYS[3], ARGV[2]) end
if cancelled and ARGV[3] ~= "1" then return -2 end
redis.call("HINCRBY", job, "e:attempt", ARGV[4])
redis.call("HINCRBY", job, "e:failures", ARGV[5])
return 1`;

/** KEYS job, lock; ARGV the token that was seen ("" for none), a new token. 1: taken, 2: taken and cancelled, 0: not lost after all. */
const takeOver = `
local job, lock = KEYS[1], KEYS[2]
if (redis.call("GET", lock) or "") ~= ARGV[1] then return 0 end
redis.call("SET", lock, ARGV[2], "PX", 10000)
if redis.call("HGET", job, "e:cancel") then return 2 end
redis.call("HINCRBY", job, "e:losses", redis.call("HGET", job, "e:headway") == "1" and 1 or 10)
redis.call("HSET", job, "e:headway", 0)
return 1`;

/** KEYS job, active list; ARGV id. "unknown", "running" (now marked), or "waiting". */
const cancel = `
if redis.call("EXISTS", KEYS[1]) == 0 or redis.call("HEXISTS", KEYS[1], "finishedOn") == 1 then return "unknown" end
if redis.call("LPOS", KEYS[2], ARGV[1]) then
  redis.call("HSET", KEYS[1], "e:cancel", 1)
  return "running"
end
return "waiting"`;

/** KEYS job, set of jobs to wipe; ARGV entry, what remains of the data. A finished job is a mark: its words go. */
const wipe = `
if redis.call("HEXISTS", KEYS[1], "finishedOn") == 0 then
  if redis.call("EXISTS", KEYS[1]) == 0 then redis.call("SREM", KEYS[2], ARGV[1]) end
  return 0
end
redis.call("HSET", KEYS[1], "data", ARGV[2])
redis.call("HDEL", KEYS[1], "e:progress")
redis.call("SREM", KEYS[2], ARGV[1])
return 1`;

/** Scripts by name, and how many keys each takes first. */
export const scripts = {
  note: { lua: note, keys: 1 },
  nextTurn: { lua: nextTurn, keys: 1 },
  wake: { lua: wake, keys: 1 },
  unfailed: { lua: unfailed, keys: 1 },
  strikeOut: { lua: strikeOut, keys: 1 },
  depth: { lua: depth, keys: 1 },
  forgotten: { lua: forgotten, keys: 1 },
  begin: { lua: begin, keys: 2 },
  save: { lua: save, keys: 2 },
  giveUp: { lua: giveUp, keys: 2 },
  end: { lua: end, keys: 3 },
  takeOver: { lua: takeOver, keys: 2 },
  cancel: { lua: cancel, keys: 2 },
  wipe: { lua: wipe, keys: 2 },
} as const;

export type ScriptName = keyof typeof scripts;
