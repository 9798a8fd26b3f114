package preview

import "syscall"

// attributes let no child outlive this program.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// niceness lets everybody else go first.
const niceness = 10

// yield lowers the priority of the process. Where it can't, the work is only less polite.
func yield(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, niceness) }
