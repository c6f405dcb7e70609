# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154
# up, down, status, logs and the host's own commands. Sourced by ./bus.
#
# .bus/lock is locked by the `up` that owns the servers, for as long as it lives. .bus/run/PORT.up and PORT.host hold
# the pids of a running `up` and of its host.

prepare_state() {
  mkdir -p "$state" "$logs" "$state/run" 2>/dev/null && [[ -w $state && -w $logs && -w $state/run ]] ||
    die "$state is not writable for $(id -un): chown or chmod it."
  local foreign
  ((EUID == 0)) || foreign=$(find "$state" -maxdepth 2 ! -user "$EUID" -print -quit)
  [[ ! ${foreign-} ]] || die "$foreign belongs to $(stat -c %U "$foreign"): run as root: chown -R $(id -un) $state"
}

# --- up -----------------------------------------------------------------------------------------

command_up() {
  local option_port='' external=''
  roles=''
  while (($#)); do
    case $1 in
      --roles | --port) [[ ${2-} ]] || die "$1 needs a value." ;;&
      --roles) roles=$2 && shift 2 ;;
      --port) option_port=$2 && shift 2 ;;
      *) die "up does not know '$1', only --roles a,b and --port N." ;;
    esac
  done
  check_roles
  read_env_file
  port=${option_port:-${PORT:-8080}}
  [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && ((port <= 65535)) || die "PORT must be a number from 1 to 65535, not '$port'."
  export PORT=$port HOST=${HOST:-127.0.0.1} BUS_ANONYMOUS_API=${BUS_ANONYMOUS_API:-loopback}
  choose_addresses
  external_servers && external=1
  require_dotnet
  prepare_state
  claim
  ! port_open "$probe" "$port" || die "port $port is in use: set PORT or use --port."
  on_end end_up
  echo $$ >"$state/run/$port.up"
  if [[ $external || ! $owner ]]; then
    say "Building Bus …"
    begin_build Host
  else
    require_servers
    say "Starting PostgreSQL and RabbitMQ, building Bus …"
    begin_servers
    begin_build Host
    finish_servers
  fi
  finish_build
  [[ $external ]] || { export BUS_POSTGRES=$own_postgres BUS_RABBITMQ=$own_rabbitmq; own_secret; }
  start_host
  watch_host
}

# JWT_SECRET, unless there is one: made once and kept beside the data, part of which it encrypts.
own_secret() {
  [[ ! ${JWT_SECRET-} ]] || return 0
  [[ -s $servers/secret ]] ||
    (umask 077 && head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' >"$servers/secret.new" && mv "$servers/secret.new" "$servers/secret")
  JWT_SECRET=$(<"$servers/secret")
  export JWT_SECRET
}

check_roles() {
  local role
  roles=${roles// /}
  [[ ! $roles || ${roles//,/} ]] || die "--roles names no role; the roles are: ${valid_roles// /, }."
  for role in ${roles//,/ }; do
    [[ " $valid_roles " == *" $role "* ]] || die "unknown role '$role'; the roles are: ${valid_roles// /, }."
  done
}

# address: what a browser opens; probe: where this script asks.
choose_addresses() {
  case $HOST in
    127.0.0.1 | localhost | 0.0.0.0 | '*' | '+' | ::) address=http://localhost:$port probe=127.0.0.1 ;;
    *:*) address=http://[$HOST]:$port probe=$HOST ;;
    *) address=http://$HOST:$port probe=$HOST ;;
  esac
}

# True when BUS_POSTGRES and BUS_RABBITMQ name servers of the user's.
external_servers() {
  [[ ! ${BUS_POSTGRES-} || ${BUS_RABBITMQ-} ]] || die "BUS_POSTGRES is set but BUS_RABBITMQ is not: set both or neither."
  [[ ! ${BUS_RABBITMQ-} || ${BUS_POSTGRES-} ]] || die "BUS_RABBITMQ is set but BUS_POSTGRES is not: set both or neither."
  [[ ${BUS_POSTGRES-} ]]
}

# The first `up` of this checkout owns the servers and clears what a killed one left; a further one may only join.
claim() {
  local running_at
  exec 9>>"$state/lock"
  owner=
  if flock -n 9; then
    owner=1
    locate_servers
    stop_leftovers
    echo "$address" >"$state/run/address"
    return
  fi
  exec 9>&-
  read -r running_at <"$state/run/address" || running_at="another port"
  [[ $roles ]] || die "Bus runs already on $running_at (./bus down stops it)."
  [[ ! $external ]] || return 0
  locate_servers
  servers_run || die "the Bus on $running_at has no private servers running to join: try again when it is ready."
}

begin_build() { # PROJECT
  now build_start
  spawn dotnet build "$1" "${build_options[@]}" >"$logs/build.log" 2>&1
  job=$spawned
}

finish_build() {
  wait_job building || fail_with_errors "the build failed." "$logs/build.log"
  done_step "build" "$build_start"
}

start_host() {
  # The host waits for servers of others, for as long as it takes, and says so in its log.
  local log=$logs/host.log size start arguments=(serve) patient=$external
  [[ ! $roles ]] || arguments+=(--roles "$roles")
  now start
  open_log "$log"
  size=$(stat -c %s "$log")
  export DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0
  spawn "$host_executable" "${arguments[@]}" >>"$log" 2>&1
  host_pid=$spawned
  echo "$host_pid" >"$state/run/$port.host"
  # The terminal shows the log from here on; the host writes to the file itself, so it does not need this script.
  tail -c "+$((size + 1))" -s 0.2 -f --pid="$host_pid" "$log" 9>&- &
  tail_pid=$!
  wait_until "the host" "$host_pid" "$log" health "$probe" "$port"
  done_step "host" "$start"
  ready=1
  say "Bus is ready on $address (Ctrl-C stops it)"
}

# Until the host or one of the servers ends; a signal ends this too.
watch_host() {
  local watched=("$host_pid")
  [[ ! $servers_started ]] || watched+=("$postgres_pid" "$rabbitmq_pid")
  wait -n "${watched[@]}" 2>/dev/null || true # bash would report a killed one here
  ready=
  [[ ! $servers_started ]] || kill -s 0 "$postgres_pid" 2>/dev/null || fail_with_log "PostgreSQL ended." "$logs/postgres.log"
  [[ ! $servers_started ]] || kill -s 0 "$rabbitmq_pid" 2>/dev/null || fail_with_log "RabbitMQ ended." "$logs/rabbitmq.log"
  fail_with_log "the host ended." "$logs/host.log"
}

end_up() {
  local start
  now start
  [[ ! $installing ]] || { say "Waiting for apt-get to finish …"; wait "$job"; job=; }
  stop_group "$job"
  [[ ! $host_pid ]] || say "Stopping …"
  stop_process host "$state/run/$port.host" "$host_executable serve" TERM 30
  [[ ! $host_pid ]] || sleep 0.4 # until the terminal has the host's last lines
  [[ ! $tail_pid ]] || { kill "$tail_pid" && wait "$tail_pid"; } 2>/dev/null
  [[ ! $servers_started ]] || stop_servers
  rm -f "$state/run/$port.up"
  ((${#stopped[@]} == 0)) || done_step "stopped: $(joined "${stopped[@]%% *}")" "$start"
}

joined() {
  local IFS=,
  REPLY="$*"
  printf '%s' "${REPLY//,/, }"
}

# --- down, status, logs -------------------------------------------------------------------------

# Stops the hosts whose `up` is gone, then the servers. Only for whoever holds the lock.
stop_leftovers() {
  local file
  stopped=()
  for file in "$state"/run/*.host; do
    [[ -e $file ]] || continue
    running "${file%.host}.up" "$root/bus up" || stop_process host "$file" "$host_executable serve" TERM 30
  done
  stop_servers
  left_behind=${stopped[*]}
  [[ ! $left_behind ]] || say "Stopped what an earlier ./bus up left behind: $(joined "${stopped[@]}")."
  stopped=()
}

# A running `up` stops what it started itself; what a killed one left is stopped here.
command_down() {
  local file pids=() names=() tenth
  [[ -d $state ]] || { say "Nothing is running."; return; }
  prepare_state
  locate_servers
  for file in "$state"/run/*.up; do
    [[ -e $file ]] && running "$file" "$root/bus up" || continue
    pids+=("$REPLY") names+=("host on port $(basename "$file" .up)")
  done
  if ((${#pids[@]})); then
    read_settings && running_rabbitmq && names+=(RabbitMQ)
    read_settings && running_postgres && names+=(PostgreSQL)
    kill -s TERM "${pids[@]}" 2>/dev/null || true
  fi
  exec 9>>"$state/lock"
  for ((tenth = 0; tenth < 900; tenth++)); do
    ! any_alive "${pids[@]}" && flock -n 9 && break
    sleep 0.1
  done
  ((tenth < 900)) || die "a ./bus up is still stopping; try again."
  stop_leftovers
  [[ ! ${names[*]} ]] || say "Stopped: $(joined "${names[@]}")."
  [[ ${names[*]} || $left_behind ]] || say "Nothing is running."
}

any_alive() {
  local pid
  for pid; do kill -s 0 "$pid" 2>/dev/null && return 0; done
  return 1
}

command_status() {
  local file host='' other="not running"
  read_env_file
  [[ ! ${BUS_POSTGRES-} ]] || other="not ours (BUS_POSTGRES and BUS_RABBITMQ are set)"
  for file in "$state"/run/*.host; do
    running "$file" "$host_executable serve" || continue
    host=1
    say "host      running (pid $REPLY, port $(basename "$file" .host))"
  done
  [[ $host ]] || say "host      not running"
  if own_servers && running_postgres; then
    say "postgres  running (pid $REPLY, port $postgres_port)"
  else
    say "postgres  $other"
  fi
  if own_servers && running_rabbitmq; then
    say "rabbitmq  running (pid $REPLY, port $amqp_port)"
  else
    say "rabbitmq  $other"
  fi
  [[ $host ]] || exit 3
}

# True when this checkout has servers of its own, running or not.
own_servers() {
  [[ -d $state/servers ]] && locate_servers && read_settings
}

command_logs() {
  local name=host follow=() argument
  for argument; do
    case $argument in
      host | postgres | rabbitmq) name=$argument ;;
      -f) follow=(-F) ;;
      *) die "logs: '$argument' is neither host, postgres, rabbitmq nor -f." ;;
    esac
  done
  [[ -r $logs/$name.log ]] || die "there is no log of $name yet ($logs/$name.log)."
  exec tail -n 200 "${follow[@]}" "$logs/$name.log"
}

# --- the host's own commands --------------------------------------------------------------------

command_host() {
  read_env_file
  if ! external_servers && own_servers && servers_run; then
    export BUS_POSTGRES=$own_postgres BUS_RABBITMQ=$own_rabbitmq
    own_secret
  fi
  if [[ ! -x $host_executable ]]; then
    require_dotnet
    prepare_state
    on_end end_build
    begin_build Host
    finish_build >&2
    trap - EXIT INT TERM HUP PIPE
  fi
  cd "$caller"
  # What ends soon has no use for code that is measured while it runs, nor for a heap per processor: a rebuild is done in
  # two thirds of the time, with half of the memory.
  [[ ${1-} == serve ]] || export DOTNET_TieredPGO=${DOTNET_TieredPGO-0} DOTNET_gcServer=${DOTNET_gcServer-0}
  exec "$host_executable" "$@"
}

end_build() { stop_group "$job"; }
