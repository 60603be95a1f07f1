-- What a bot sends. wrk runs this once per thread:
--   wrk … -s load.lua URL -- KIND USERS KEY SESSION_FILE RUN PAUSE_MS
-- USERS are drawn Zipf-like, so that the first of 100,000 has some 6 % of all requests; 1 is one hot
-- user. RUN makes idempotency keys new. With a pause each connection waits between two requests.
-- Prints one line of JSON: counts, microseconds.

local number = 0
function setup(thread)
  thread:set("thread_number", number)
  number = number + 1
end

local kind, users, run, count
local headers, bodies

local function user()
  -- The factor is prime: neighbours in rank are none in the table.
  return 1 + math.floor(users ^ math.random()) * 7919 % users
end

local function send(method, path, body, once)
  headers["Idempotency-Key"] = once and run .. ":" .. thread_number .. ":" .. count or nil
  return wrk.format(method, "/v1" .. path, headers, body)
end

local function any(list)
  return list[1 + count % #list]
end

local requests = {
  open = function(id)
    return send("POST", "/users/" .. id .. "/sessions/spin_bot/open",
      '{"username":"user' .. id .. '","first_name":"User"}')
  end,
  put = function(id)
    return send("PUT", "/users/" .. id .. "/sessions/spin_bot", any(bodies.session))
  end,
  xp = function(id)
    return send("POST", "/users/" .. id .. "/xp", '{"amount":10,"reason":"answer"}', true)
  end,
  badge = function(id)
    return send("POST", "/users/" .. id .. "/badges", '{"badge_type":"first_training"}', true)
  end,
  history = function(id)
    return send("POST", "/users/" .. id .. "/trainings", bodies.history, true)
  end,
  training = function(id)
    return send("POST", "/users/" .. id .. "/trainings", any(bodies.training), true)
  end,
  rank = function(id)
    return send("GET", "/users/" .. id .. "/rank")
  end,
  top = function()
    return send("GET", "/leaderboard?limit=100")
  end,
}

-- Loads of several kinds, in turn.
local turns = {
  -- A finished training in separate calls.
  parts = { "history", "xp", "badge", "put" },
  -- Twenty messages: each opens and saves, every fifth adds XP, the last one finishes a training.
  life = {},
}
for message = 1, 20 do
  table.insert(turns.life, "open")
  table.insert(turns.life, message == 20 and "training" or "put")
  if message % 5 == 0 then table.insert(turns.life, "xp") end
end

function init(args)
  local file = assert(io.open(args[4], "rb"))
  local session = file:read("*a")
  file:close()
  kind, users, run = args[1], tonumber(args[2]), args[5]
  local pause = tonumber(args[6])
  if pause > 0 then
    function delay() return pause end
  end
  headers = { ["Content-Type"] = "application/json", Authorization = "Bearer " .. args[3] }
  bodies = { session = {}, training = {} }
  local facts = '{"total_score":150,"clarity_level":85,"question_count":8,"contextual_questions":3,'
    .. '"per_type_counts":{"situational":2,"problem":2,"implication":2,"need_payoff":2},'
    .. '"scenario_name":"spin_sales","case_data":{"company":"TechCorp","product":"CRM"}'
  bodies.history = facts .. "}"
  for questions = 1, 8 do
    local body = session:gsub('"question_count":%d', '"question_count":' .. questions)
    table.insert(bodies.session, body)
    table.insert(bodies.training, facts .. ',"xp":150,"badges":[{"badge_type":"first_training"}],'
      .. body:sub(2))
  end
  count = 0
  math.randomseed(os.time() * 1000 + thread_number)
end

function request()
  count = count + 1
  return requests[turns[kind] and any(turns[kind]) or kind](user())
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"duration":%d,"errors":%d,"p50":%d,"p90":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
