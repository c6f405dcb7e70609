# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154
# Messages, settings, processes and ports: what every command of ./bus needs. Sourced by ./bus.

say() { printf '%s\n' "$*" 2>/dev/null || true; } # a closed terminal must not stop a clean-up half way

die() {
  printf 'bus: %s\n' "$1" >&2
  (($# < 2)) || printf '     %s\n' "${@:2}" >&2
  exit 1
}

# --- time ---------------------------------------------------------------------------------------

now() { printf -v "$1" '%s' "${EPOCHREALTIME//[!0-9]/}"; } # microseconds; the separator depends on the locale

# The time since START (as set by now) in REPLY, e.g. "1.4 s".
elapsed() {
  local end tenths
  now end
  tenths=$(((end - $1 + 50000) / 100000))
  REPLY="$((tenths / 10)).$((tenths % 10)) s"
}

done_step() { # NAME START
  elapsed "$2"
  printf -v REPLY '  %-44s %8s' "$1" "$REPLY"
  say "$REPLY"
}

# --- settings -----------------------------------------------------------------------------------

# Reads KEY=VALUE lines of .env without evaluating them; what is already set in the environment wins.
read_env_file() {
  local line number=0 key value quote
  [[ -e $root/.env ]] || return 0
  [[ -r $root/.env ]] || die ".env cannot be read by $(id -un): chmod or chown it."
  while IFS= read -r line || [[ $line ]]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] ||
      die ".env line $number is not KEY=VALUE."
    key=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    if [[ $value =~ ^[[:space:]]*([\"\']) ]]; then
      quote=${BASH_REMATCH[1]}
      [[ $value =~ ^[[:space:]]*${quote}([^$quote]*)${quote}[[:space:]]*(#.*)?$ ]] ||
        die ".env line $number: the value of $key has no matching closing $quote at its end."
      value=${BASH_REMATCH[1]}
    else
      [[ $value =~ ^(.*[[:space:]])?#.*$ ]] && value=${value%%[[:space:]]#*} && value=${value/#\#*/}
      value=${value#"${value%%[![:space:]]*}"} value=${value%"${value##*[![:space:]]}"}
    fi
    [[ -v $key ]] && continue
    (export "$key=$value") 2>/dev/null || die ".env line $number: the name $key is reserved."
    export "$key=$value"
  done <"$root/.env"
}

# --- processes ----------------------------------------------------------------------------------

# Starts a command in its own session (so Ctrl-C in the terminal reaches only this script, which then stops
# everything in order) and puts its pid in `spawned`. bash lets background jobs ignore SIGINT: undone here.
# Descriptor 9 is the lock of `up` and must not live on in children.
spawn() {
  setsid env --default-signal=INT,QUIT "$@" </dev/null 9>&- &
  spawned=$!
}

# True when the process in PIDFILE is alive and ours, with the pid in REPLY. Pid files outlive processes and the
# kernel gives their numbers to others: the command line must contain MARK, or it is our own child (which may not
# have got to its final program yet).
running() { # PIDFILE MARK
  local argv line
  REPLY=
  { read -r REPLY <"$1"; } 2>/dev/null || true
  [[ $REPLY =~ ^[0-9]+$ ]] || return 1
  { mapfile -d '' -t argv <"/proc/$REPLY/cmdline"; } 2>/dev/null || return 1
  [[ ${argv[*]} ]] || return 1 # a zombie
  [[ " ${argv[*]} " != *" $2 "* ]] || return 0
  while read -r line; do
    [[ $line != PPid:[[:space:]]$$ ]] || return 0
  done 2>/dev/null <"/proc/$REPLY/status"
  return 1
}

# Stops the process in PIDFILE if it is ours: SIGNAL first, KILL after GRACE seconds. Names it in `stopped`.
stop_process() { # NAME PIDFILE MARK SIGNAL GRACE
  local tenth pid
  if running "$2" "$3"; then
    pid=$REPLY stopped+=("$1 (pid $REPLY)")
    kill -s "$4" "$pid" || true
    for ((tenth = 0; tenth < $5 * 10; tenth++)); do
      running "$2" "$3" || break
      ((tenth % 20 != 19)) || kill -s "$4" "$pid" || true # a program that is just starting may miss the first one
      sleep 0.1
    done
    if running "$2" "$3"; then
      say "$1 did not stop within $5 s: killed."
      kill -s KILL "$pid" || true
    fi
    wait "$pid" || true # when it was our child; otherwise bash reports a killed one later
  fi
  rm -f "$2"
} 2>/dev/null

# Waits for the background `job`, saying every ten seconds that it still runs.
wait_job() { # WHAT
  local start status=0 next=10
  now start
  while kill -s 0 "$job" 2>/dev/null; do
    sleep 0.2
    elapsed "$start"
    ((${REPLY%%.*} >= next)) && say "  … still $1 ($next s)" && next=$((next + 10))
  done
  wait "$job" || status=$?
  kill -s TERM -- "-$job" 2>/dev/null || true # a compiler that waits for further builds
  job=
  return "$status"
}

# Stops a spawned command that is still running, with all its children.
stop_group() { # PID
  local tenth
  [[ $1 ]] && kill -s TERM -- "-$1" 2>/dev/null || return 0
  for ((tenth = 0; tenth < 50; tenth++)); do
    kill -s 0 -- "-$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -s KILL -- "-$1" 2>/dev/null || true
}

# Waits until CHECK succeeds; gives up when process PID ends or, unless `patient` is set, after two minutes, naming the end of its LOG.
wait_until() { # NAME PID LOG CHECK...
  local start
  now start
  until "${@:4}"; do
    kill -s 0 "$2" 2>/dev/null || fail_with_log "$1 stopped while starting." "$3"
    elapsed "$start"
    [[ ${patient-} ]] || ((${REPLY%%.*} < 120)) || fail_with_log "$1 did not come up within two minutes." "$3"
    sleep 0.1
  done
}

fail_with_log() { # MESSAGE LOG
  local lines=()
  [[ -r $2 ]] && mapfile -t lines < <(tail -n 5 "$2")
  die "$1 The end of its log $2:" "${lines[@]}"
}

# The same for a dotnet command, whose errors stand anywhere in its log.
fail_with_errors() { # MESSAGE LOG
  grep -E '(error|warning) [A-Za-z]+[0-9]*:' "$2" | sort -u | head -n 30 >&2 || tail -n 20 "$2" >&2
  die "$1 All of its output: $2"
}

# --- ports --------------------------------------------------------------------------------------

port_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; } # HOST PORT

# True when GET http://HOST:PORT/health answers 200; curl may be missing on a fresh machine. Like all that is called in
# a loop here this has no $(…): bash may lose a SIGINT that arrives during one.
health() ( # HOST PORT
  exec 3<>"/dev/tcp/$1/$2" && printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3 &&
    read -r -t 3 line <&3 && [[ $line == HTTP/1.[01]" 200"* ]]
) 2>/dev/null
