# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154
# Installs what is missing on Debian and Ubuntu. Sourced by ./bus.

newest() { # DIRECTORY... -> the one with the highest version in REPLY
  REPLY=$(printf '%s\n' "$@" | sort -V | tail -n 1)
  [[ -e $REPLY ]]
}

find_postgres() { newest /usr/lib/postgresql/*/bin/postgres && postgres_bin=${REPLY%/*}; }
find_rabbitmq() { newest /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server && rabbitmq_sbin=${REPLY%/*}; }

require_dotnet() {
  command -v dotnet >/dev/null ||
    die "the .NET SDK 10 is missing: see https://learn.microsoft.com/dotnet/core/install/linux"
}

# Finds the servers' programs and installs the packages that are missing.
require_servers() {
  local missing=() command start
  find_postgres || missing+=(postgresql)
  find_rabbitmq || missing+=(rabbitmq-server)
  ((${#missing[@]})) || return 0
  command="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  command -v apt-get >/dev/null ||
    die "${missing[*]} missing, and no apt-get here: install them, or set BUS_POSTGRES and BUS_RABBITMQ to servers of yours."
  as_root=()
  if ((EUID != 0)); then
    if sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    elif [[ -t 0 ]] && command -v sudo >/dev/null; then
      say "Installing ${missing[*]} needs root; sudo may ask for your password."
      sudo -v || die "sudo refused. Run as root: $command"
      as_root=(sudo -n)
    else
      die "${missing[*]} missing, and $(id -un) may not install packages. Run as root: $command"
    fi
  fi
  say "Installing ${missing[*]} …"
  now start
  install_packages "${missing[@]}" ||
    fail_with_log "installing failed. Run as root yourself: $command" "$logs/install.log"
  find_postgres && find_rabbitmq || die "apt-get installed ${missing[*]}, but their programs are not in /usr/lib."
  done_step "${missing[*]} installed" "$start"
}

# Installs without starting or enabling the distribution's services: ./bus runs its own servers, and 5432 and 5672
# stay free for others. policy-rc.d keeps the packages from starting them; it exists only meanwhile. Runs to its end
# even on Ctrl-C (bash lets background jobs ignore it): a killed dpkg would leave the machine to be repaired.
install_packages() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  "${as_root[@]}" sh -c '
    policy=/usr/sbin/policy-rc.d clusters=/etc/postgresql-common/createcluster.d/bus.conf
    cleanup() { [ -z "$ours" ] || rm -f "$policy"; rm -f "$clusters"; }
    trap cleanup EXIT; trap "exit 1" INT TERM HUP
    units=
    for package; do units="$units $package"; done
    command -v epmd >/dev/null || units="$units epmd.service epmd.socket"
    [ -e "$policy" ] || { ours=1; printf "#!/bin/sh\nexit 101\n" >"$policy" && chmod 755 "$policy"; } || exit 1
    mkdir -p "${clusters%/*}" && echo "create_main_cluster = false" >"$clusters" || exit 1
    export DEBIAN_FRONTEND=noninteractive
    apt-get update && apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" || exit 1
    if [ -d /run/systemd/system ]; then
      for unit in $units; do systemctl disable --now --quiet "$unit"; done
    fi
    exit 0' install "$@" >"$logs/install.log" 2>&1 </dev/null 9>&- &
  job=$! installing=1
  wait_job "installing" || return 1
  installing=
}
