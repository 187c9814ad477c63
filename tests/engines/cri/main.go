// SPDX-License-Identifier: Apache-2.0

// cri is what a kubelet does, in short: it asks containerd's CRI (a gRPC service on a socket) for a pod and containers
// in it, through the runtime handler it is told, and compares what it gets. Called by cri_test.cpp:
//
//	cri SOCKET HANDLER IMAGE CGROUP-PARENT SCRATCH-DIRECTORY
//
// Each finding is a line on stderr; the exit code is 1 when there is one.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const patience = 30 * time.Second

type kubelet struct {
	runtime cri.RuntimeServiceClient
	ctx     context.Context
	image   string
	pod     string
	config  *cri.PodSandboxConfig
	failed  bool
}

func (k *kubelet) expect(good bool, what string, details ...any) {
	if !good {
		k.failed = true
		fmt.Fprintf(os.Stderr, "not as expected: %s: %v\n", what, details)
	}
}

func must[Value any](value Value, err error) Value {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

// linux is what a restricted pod has: an ordinary user, no capabilities, the default seccomp profile.
func (k *kubelet) linux() *cri.LinuxContainerConfig {
	return &cri.LinuxContainerConfig{
		Resources: &cri.LinuxContainerResources{MemoryLimitInBytes: 64 << 20, CpuShares: 256, CpuQuota: 50000, CpuPeriod: 100000},
		SecurityContext: &cri.LinuxContainerSecurityContext{
			RunAsUser:        &cri.Int64Value{Value: 1000},
			RunAsGroup:       &cri.Int64Value{Value: 1000},
			NoNewPrivs:       true,
			ReadonlyRootfs:   true,
			Capabilities:     &cri.Capability{DropCapabilities: []string{"ALL"}},
			Seccomp:          &cri.SecurityProfile{ProfileType: cri.SecurityProfile_RuntimeDefault},
			NamespaceOptions: k.config.Linux.SecurityContext.NamespaceOptions,
		},
	}
}

func (k *kubelet) create(name string, linux *cri.LinuxContainerConfig, mounts []*cri.Mount, command ...string) string {
	created := must(k.runtime.CreateContainer(k.ctx, &cri.CreateContainerRequest{
		PodSandboxId: k.pod, SandboxConfig: k.config,
		Config: &cri.ContainerConfig{
			Metadata: &cri.ContainerMetadata{Name: name}, Image: &cri.ImageSpec{Image: k.image},
			Command: command, LogPath: name + ".log", Mounts: mounts, Linux: linux,
		}}))
	return created.ContainerId
}

func (k *kubelet) start(id string) {
	must(k.runtime.StartContainer(k.ctx, &cri.StartContainerRequest{ContainerId: id}))
}

func (k *kubelet) status(id string) *cri.ContainerStatus {
	return must(k.runtime.ContainerStatus(k.ctx, &cri.ContainerStatusRequest{ContainerId: id})).Status
}

func (k *kubelet) waitForEnd(id string) *cri.ContainerStatus {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if status := k.status(id); status.State == cri.ContainerState_CONTAINER_EXITED {
			return status
		}
	}
	k.expect(false, "the container did not end", id)
	return k.status(id)
}

func (k *kubelet) exec(id string, command ...string) *cri.ExecSyncResponse {
	return must(k.runtime.ExecSync(k.ctx, &cri.ExecSyncRequest{ContainerId: id, Cmd: command, Timeout: 20}))
}

func (k *kubelet) shell(id, script string) string {
	result := k.exec(id, "/bin/sh", "-c", script)
	return string(result.Stdout) + string(result.Stderr)
}

// aLongLife: a container that stays, with exec, statistics, other limits and a stop that it answers.
func (k *kubelet) aLongLife(volume string) {
	id := k.create("long", k.linux(), []*cri.Mount{{HostPath: volume, ContainerPath: "/volume", Readonly: true}},
		"/bin/sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.1; done")
	k.start(id)
	seen := k.shell(id, "id -u; cat /volume/file; touch /volume/x || echo refused; touch /x || echo refused; "+
		"grep -c '^CapEff:.0*$' /proc/self/status; grep -c '^NoNewPrivs:.1$' /proc/self/status; "+
		"grep -c '^Seccomp:.2$' /proc/self/status")
	lines := []string{"1000", "content", "refused", "refused", "1", "1", "1"}
	for _, line := range lines {
		k.expect(strings.Contains("\n"+seen, "\n"+line+"\n"), "what exec saw", line, seen)
	}
	k.expect(k.exec(id, "/bin/sh", "-c", "exit 4").ExitCode == 4, "exit code of exec")
	_, err := k.runtime.ExecSync(k.ctx, &cri.ExecSyncRequest{ContainerId: id, Cmd: []string{"/no/such"}, Timeout: 20})
	k.expect(err != nil && strings.Contains(err.Error(), "no such file or directory"), "exec of nothing", err)

	stats := must(k.runtime.ContainerStats(k.ctx, &cri.ContainerStatsRequest{ContainerId: id})).Stats
	k.expect(stats.Memory.GetWorkingSetBytes().GetValue() > 0, "memory of the statistics", stats)
	k.expect(stats.Cpu.GetUsageCoreNanoSeconds().GetValue() > 0, "processor of the statistics", stats)

	must(k.runtime.UpdateContainerResources(k.ctx, &cri.UpdateContainerResourcesRequest{
		ContainerId: id, Linux: &cri.LinuxContainerResources{MemoryLimitInBytes: 96 << 20, CpuShares: 512}}))
	limit := k.status(id).GetResources().GetLinux().GetMemoryLimitInBytes()
	k.expect(limit == 0 || limit == 96<<20, "memory limit after the update", limit) // not told before containerd 1.7

	must(k.runtime.StopContainer(k.ctx, &cri.StopContainerRequest{ContainerId: id, Timeout: 10}))
	k.expect(k.status(id).ExitCode == 7, "exit code of a stopped container", k.status(id))
	must(k.runtime.RemoveContainer(k.ctx, &cri.RemoveContainerRequest{ContainerId: id}))
}

// short: containers that end by themselves.
func (k *kubelet) short() {
	id := k.create("short", k.linux(), nil, "/bin/sh", "-c", "echo hello; exit 3")
	k.start(id)
	k.expect(k.waitForEnd(id).ExitCode == 3, "exit code", k.status(id))
	log, _ := os.ReadFile(k.config.LogDirectory + "/short.log")
	k.expect(strings.Contains(string(log), " stdout F hello\n"), "the log", string(log))

	missing := k.create("missing", k.linux(), nil, "/no/such/program")
	_, err := k.runtime.StartContainer(k.ctx, &cri.StartContainerRequest{ContainerId: missing})
	k.expect(err != nil && strings.Contains(err.Error(), "no such file or directory"), "start of nothing", err)

	greedy := k.create("greedy", k.linux(), nil, "/bin/sh", "-c", "exec tail /dev/zero")
	k.start(greedy)
	status := k.waitForEnd(greedy)
	k.expect(status.Reason == "OOMKilled" && status.ExitCode == 137, "the end of a container that is too large", status)
}

// theNamespacesOfThePod: of the pod's other containers with a shared pid namespace, of nobody without.
func (k *kubelet) theNamespacesOfThePod() {
	alone := k.create("alone", k.linux(), nil, "/bin/sh", "-c", "exec sleep 1000")
	k.start(alone)
	k.expect(strings.TrimSpace(k.shell(alone, "cat /proc/1/comm")) == "sleep", "pid 1 of a namespace of its own")
	linux := k.linux()
	linux.SecurityContext.NamespaceOptions = &cri.NamespaceOption{Network: cri.NamespaceMode_NODE, Pid: cri.NamespaceMode_TARGET, TargetId: alone}
	target := k.create("debug", linux, nil, "/bin/sh", "-c", "exec sleep 2000")
	k.start(target)
	k.expect(strings.Contains(k.shell(target, "cat /proc/1/cmdline"), "1000"), "pid 1 of a debug container")
	k.expect(k.shell(alone, "readlink /proc/self/ns/ipc") == k.shell(target, "readlink /proc/self/ns/ipc"), "one ipc namespace for a pod")
	must(k.runtime.StopContainer(k.ctx, &cri.StopContainerRequest{ContainerId: target, Timeout: 0}))
	must(k.runtime.StopContainer(k.ctx, &cri.StopContainerRequest{ContainerId: alone, Timeout: 0}))
}

func main() {
	socket, handler, image, parent, scratch := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	connection := must(grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials())))
	ctx, cancel := context.WithTimeout(context.Background(), 5*patience)
	defer cancel()
	k := &kubelet{runtime: cri.NewRuntimeServiceClient(connection), ctx: ctx, image: image}
	k.config = &cri.PodSandboxConfig{
		Metadata: &cri.PodSandboxMetadata{Name: "pod", Namespace: "wt", Uid: "1"}, LogDirectory: scratch,
		Linux: &cri.LinuxPodSandboxConfig{
			CgroupParent: parent,
			SecurityContext: &cri.LinuxSandboxSecurityContext{
				NamespaceOptions: &cri.NamespaceOption{Network: cri.NamespaceMode_NODE, Pid: cri.NamespaceMode_CONTAINER},
				Seccomp:          &cri.SecurityProfile{ProfileType: cri.SecurityProfile_RuntimeDefault},
			}}}
	k.pod = must(k.runtime.RunPodSandbox(ctx, &cri.RunPodSandboxRequest{Config: k.config, RuntimeHandler: handler})).PodSandboxId
	k.aLongLife(scratch)
	k.short()
	k.theNamespacesOfThePod()
	must(k.runtime.StopPodSandbox(ctx, &cri.StopPodSandboxRequest{PodSandboxId: k.pod}))
	must(k.runtime.RemovePodSandbox(ctx, &cri.RemovePodSandboxRequest{PodSandboxId: k.pod}))
	if k.failed {
		os.Exit(1)
	}
}
