# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154
# PostgreSQL and RabbitMQ of our own, on 127.0.0.1 only. Sourced by ./bus.
#
# `servers` is the directory of the running pair: .bus/servers for `up` (kept), a temporary one for tests and
# benchmarks. `logs` is where they log.

# Where `up` keeps the servers' data: .bus/servers. As root the servers run as their own users, who cannot enter a
# checkout below /root, for example; then .bus/servers is a link to a directory in /var/lib.
locate_servers() {
  local target
  servers=$state/servers
  target=/var/lib/bus-$(printf '%s' "$root" | sha256sum | head -c 12)
  if [[ -L $servers ]]; then
    [[ $(readlink "$servers") == "$target" ]] ||
      die "$servers leads to the data of another checkout (copied or moved): remove this link to start with empty data."
  elif [[ ! -d $servers ]] && ((EUID == 0)) && ! setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$state"; then
    ln -s "$target" "$servers"
  fi
  [[ ! -L $servers ]] || servers=$target
  mkdir -p "$servers"
  chmod 711 "$servers" # enough for the servers' users to reach their own directories below
}

# Ports and password, made once and kept: the ports stay the same over restarts as long as they are free.
make_settings() {
  [[ -s $servers/settings || ! -e $servers/postgres/data ]] ||
    die "$servers/settings is gone, and with it the password of the data: remove $servers to start with empty data."
  read_settings || base_port='' password=$(head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
  until [[ $base_port ]] && ports_free "$base_port"; do
    base_port=$((20000 + RANDOM % 2500 * 5)) # below the range the kernel takes for outgoing connections
  done
  (umask 077 && printf 'base_port=%s\npassword=%s\n' "$base_port" "$password" >"$servers/settings.new")
  mv "$servers/settings.new" "$servers/settings"
  read_settings
}

read_settings() {
  [[ -s $servers/settings && -r $servers/settings ]] || return 1
  # shellcheck source=/dev/null
  . "$servers/settings"
  postgres_port=$base_port amqp_port=$((base_port + 1)) epmd_port=$((base_port + 2))
  distribution_port=$((base_port + 3)) management_port=$((base_port + 4))
  own_postgres="Host=127.0.0.1;Port=$postgres_port;Username=bus;Password=$password;Database=bus"
  own_rabbitmq="amqp://bus:$password@127.0.0.1:$amqp_port/"
  # What the command line of a process must contain to be ours:
  postgres_mark="-D $servers/postgres/data"
  rabbitmq_mark="-home $servers/rabbitmq"
  epmd_mark="-port $epmd_port -address 127.0.0.1"
}

ports_free() {
  local port
  for port in "$1" $(($1 + 1)) $(($1 + 2)) $(($1 + 3)) $(($1 + 4)); do
    ! port_open 127.0.0.1 "$port" || return 1
  done
}

# True when the servers run and listen.
servers_run() {
  read_settings && running_postgres && running_rabbitmq &&
    port_open 127.0.0.1 "$postgres_port" && port_open 127.0.0.1 "$amqp_port"
}

running_postgres() { running "$servers/postgres.pid" "$postgres_mark"; }
running_rabbitmq() { running "$servers/rabbitmq.pid" "$rabbitmq_mark"; }

# Makes DIRECTORY for a server and puts the command prefix that runs as its user in `as`: PostgreSQL refuses to run
# as root, and RabbitMQ should not. Not root: everything runs as ourselves.
prepare_directory() { # DIRECTORY USER
  as=()
  if ((EUID == 0)); then
    [[ ! -d $1 ]] || set -- "$1" "$(stat -c %U "$1")" # made by a user who ran ./bus without root: still theirs
    install -d -m 700 -o "$2" -g "$(id -g "$2")" "$1"
    as=(setpriv --reuid="$2" --regid="$(id -g "$2")" --init-groups)
  else
    mkdir -p "$1" && chmod 700 "$1"
  fi
}

# --- PostgreSQL ---------------------------------------------------------------------------------

# Options: postgres_role (attributes of the role bus), initdb_extra, postgres_extra (further settings).
begin_postgres() {
  local log=$logs/postgres.log version
  now postgres_start
  prepare_directory "$servers/postgres" postgres
  as_postgres=("${as[@]}" env -i PATH=/usr/bin:/bin LANG=C.UTF-8 TZ=UTC)
  open_log "$log"
  if [[ -e $servers/postgres/data/PG_VERSION ]]; then
    read -r version <"$servers/postgres/data/PG_VERSION"
    postgres_bin=/usr/lib/postgresql/$version/bin
    [[ -x $postgres_bin/postgres ]] ||
      die "the data in $servers/postgres are of PostgreSQL $version: run as root: apt-get install postgresql-$version"
  else
    init_postgres >>"$log" 2>&1 </dev/null 9>&- &
    init_job=$!
  fi
}

# Into a directory of another name first: an interrupted initdb must not look like a database.
init_postgres() {
  local new=$servers/postgres/new
  rm -rf "$new" "$servers/postgres/password"
  "${as_postgres[@]}" sh -c 'umask 077; cat >"$0"' "$servers/postgres/password" <<<"$password" &&
    "${as_postgres[@]}" "$postgres_bin/initdb" -D "$new" --username=postgres --pwfile="$servers/postgres/password" \
      --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 "${initdb_extra[@]}" &&
    "${as_postgres[@]}" "$postgres_bin/postgres" --single -D "$new" -c exit_on_error=on postgres <<<"\
CREATE ROLE bus LOGIN $postgres_role PASSWORD '$password'
CREATE DATABASE bus OWNER bus" &&
    rm "$servers/postgres/password" &&
    mv "$new" "$servers/postgres/data"
}

# postgres-run starts the server, also after it was killed; it replaces the shell, so the pid written is the server's.
write_postgres_run() { # DATA
  {
    printf '#!/usr/bin/env bash\n# Written by ./bus: runs PostgreSQL on the data in this directory.\n'
    printf 'echo $$ >%q || exit\nexec' "$servers/postgres.pid"
    printf ' %q' "${as_postgres[@]}" "$postgres_bin/postgres" -D "$1" \
      -c listen_addresses=127.0.0.1 -c port="$postgres_port" -c unix_socket_directories= \
      -c max_connections=300 -c shared_buffers=256MB -c max_wal_size=2GB -c timezone=UTC -c log_timezone=UTC \
      "${postgres_extra[@]}"
    printf '\n'
  } >"$servers/postgres-run"
  chmod 755 "$servers/postgres-run"
}

finish_postgres() {
  local data=$servers/postgres/data log=$logs/postgres.log pid
  if [[ $init_job ]]; then
    wait "$init_job" || fail_with_log "PostgreSQL's data directory could not be made." "$log"
    init_job=
  fi
  # PostgreSQL guards its data with this file; in its way only when the number in it is another process today.
  { read -r pid <"$data/postmaster.pid" && kill -s 0 "$pid" && ! running "$data/postmaster.pid" "$postgres_mark" &&
    rm "$data/postmaster.pid"; } 2>/dev/null || true
  write_postgres_run "$data"
  spawn bash "$servers/postgres-run" >>"$log" 2>&1
  postgres_pid=$spawned
  wait_until PostgreSQL "$postgres_pid" "$log" "$postgres_bin/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"
  done_step "PostgreSQL on 127.0.0.1:$postgres_port" "$postgres_start"
}

# --- RabbitMQ -----------------------------------------------------------------------------------

# Options: rabbitmq_plugins (an Erlang list). The settings under /etc/rabbitmq and the system's epmd are not used.
begin_rabbitmq() {
  local home=$servers/rabbitmq log=$logs/rabbitmq.log
  now rabbitmq_start
  prepare_directory "$home" rabbitmq
  open_log "$log"
  [[ -e $servers/rabbitmq.ready ]] || rm -rf "$home/mnesia" # of a first start that did not get to its end
  write_rabbitmq_files "$home"
  spawn "${as[@]}" env -i PATH=/usr/bin:/bin epmd -port "$epmd_port" -address 127.0.0.1 \
    >>"$logs/epmd.log" 2>&1
  echo "$spawned" >"$servers/epmd.pid"
  wait_until epmd "$spawned" "$logs/epmd.log" port_open 127.0.0.1 "$epmd_port"
  spawn bash "$servers/rabbitmq-run" rabbitmq-server >>"$log" 2>&1
  rabbitmq_pid=$spawned
}

# rabbitmq-run starts any of RabbitMQ's programs for this node, e.g. `.bus/servers/rabbitmq-run rabbitmqctl status`.
# The cookie is a file because an Erlang command line can be read by everyone.
write_rabbitmq_files() { # HOME
  local settings=(HOME="$1" PATH=/usr/bin:/bin LANG=C.UTF-8 detached=true ERL_CRASH_DUMP_SECONDS=0
    ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 ERL_FLAGS="-kernel inet_dist_use_interface {127,0,0,1}"
    RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_NODENAME=bus@localhost RABBITMQ_DIST_PORT="$distribution_port"
    RABBITMQ_CONFIG_FILE="$1/rabbitmq.conf" RABBITMQ_CONFIG_FILES="$1/conf.d"
    RABBITMQ_ADVANCED_CONFIG_FILE="$1/advanced.config" RABBITMQ_ENABLED_PLUGINS_FILE="$1/enabled_plugins"
    RABBITMQ_MNESIA_BASE="$1/mnesia" RABBITMQ_LOG_BASE="$1/log" RABBITMQ_LOGS=-)
  "${as[@]}" sh -c 'umask 077; cat >"$0/rabbitmq.conf"' "$1" <<END
listeners.tcp.1 = 127.0.0.1:$amqp_port
default_user = bus
default_pass = $password
management.tcp.ip = 127.0.0.1
management.tcp.port = $management_port
log.console = true
log.console.level = info
log.file = false
vm_memory_high_watermark.relative = 0.4
disk_free_limit.absolute = 256MB
END
  "${as[@]}" sh -c 'echo "$1" >"$0/enabled_plugins"' "$1" "$rabbitmq_plugins."
  "${as[@]}" sh -c 'umask 277; [ -e "$0/.erlang.cookie" ] || cat >"$0/.erlang.cookie"' "$1" <<<"$password"
  {
    printf '#!/usr/bin/env bash\n# Written by ./bus: runs a program of RabbitMQ for the node in this directory.\n'
    # detached: the server replaces the shell that starts it, so the pid written here is the one of the Erlang VM.
    printf '[[ $1 != rabbitmq-server ]] || echo $$ >%q || exit\n' "$servers/rabbitmq.pid"
    printf 'exec'
    printf ' %q' "${as[@]}" env -i "${settings[@]}"
    # shellcheck disable=SC2016
    printf ' %q/"$1" "${@:2}"\n' "$rabbitmq_sbin"
  } >"$servers/rabbitmq-run"
  chmod 755 "$servers/rabbitmq-run"
}

finish_rabbitmq() {
  local log=$logs/rabbitmq.log
  wait_until RabbitMQ "$rabbitmq_pid" "$log" rabbitmq_answers "$amqp_port"
  [[ $rabbitmq_plugins != *management* ]] ||
    wait_until "RabbitMQ's management" "$rabbitmq_pid" "$log" port_open 127.0.0.1 "$management_port"
  : >"$servers/rabbitmq.ready"
  done_step "RabbitMQ on 127.0.0.1:$amqp_port" "$rabbitmq_start"
}

# The broker answers the AMQP greeting with a frame (first byte 1); it listens only when it has booted.
rabbitmq_answers() ( # PORT
  exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'AMQP\0\0\11\1' >&3 && read -r -t 3 -N 1 byte <&3 && [[ $byte == $'\1' ]]
) 2>/dev/null

# --- both ---------------------------------------------------------------------------------------

# begin_servers starts both side by side, so that a build can run meanwhile; finish_servers waits for them.
begin_servers() {
  make_settings
  servers_started=1
  begin_postgres
  begin_rabbitmq
}

finish_servers() {
  finish_postgres
  finish_rabbitmq
}

# Stops the pair in `servers`, RabbitMQ first. HURRY (for data that are thrown away) leaves out their clean shutdown.
stop_servers() { # [HURRY]
  local rabbitmq_signal=TERM postgres_signal=INT
  [[ ${1-} != HURRY ]] || rabbitmq_signal=KILL postgres_signal=QUIT
  [[ ! $init_job ]] || wait "$init_job" || true # takes about a second
  read_settings || return 0
  stop_process RabbitMQ "$servers/rabbitmq.pid" "$rabbitmq_mark" "$rabbitmq_signal" 20
  stop_process epmd "$servers/epmd.pid" "$epmd_mark" TERM 5
  stop_process PostgreSQL "$servers/postgres.pid" "$postgres_mark" "$postgres_signal" 20
}

# Marks the start of a run in LOG; keeps one older file when it has grown above 10 MB.
open_log() { # LOG
  [[ ! -e $1 ]] || (($(stat -c %s "$1") < 10000000)) || mv -f "$1" "$1.old"
  printf -- '--- %(%F %T)T ./bus\n' -1 >>"$1"
}
