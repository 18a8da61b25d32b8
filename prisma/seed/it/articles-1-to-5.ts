import type { ArticleSeed } from './types.ts';

export const articles1to5: ArticleSeed[] = [
  {
    id: 'KB-001',
    title: 'Windows BSOD: find the cause of a blue screen from its stop code',
    product: 'Windows 11',
    category: 'system',
    os: 'windows',
    tags: ['bsod', 'crash', 'driver', 'minidump'],
    problem:
      'Windows stops with a blue screen (BSOD, "Your device ran into a problem") and restarts. The stop code and the ' +
      'small memory dump name the driver or the part that failed.',
    symptoms: [
      'Blue screen with a stop code such as IRQL_NOT_LESS_OR_EQUAL or SYSTEM_SERVICE_EXCEPTION',
      'The computer restarts by itself, often under load or after a driver was updated',
      'Event 1001 of the source BugCheck in the system log',
    ],
    cause: 'Most often a driver that was updated lately; then faulty memory, and damaged system files.',
    steps: [
      [
        'List the last crashes with their stop codes.',
        'Get-WinEvent -FilterHashtable @{LogName="System"; Id=1001} -MaxEvents 10 | Format-List TimeCreated, Message',
      ],
      [
        'Open the newest dump in WinDbg and let it name the driver.',
        'windbg -z C:\\Windows\\Minidump\\<newest>.dmp -c "!analyze -v; q"',
      ],
      [
        'Roll that driver back in the device manager, or remove its package.',
        'pnputil /delete-driver oem<N>.inf /uninstall',
      ],
      ['Repair the system files.', 'DISM /Online /Cleanup-Image /RestoreHealth && sfc /scannow'],
      ['If the codes change from crash to crash, test the memory as in KB-002.'],
    ],
    author: 'Dana Whitmore',
    updated: 20,
    related: ['KB-002', 'KB-010'],
  },
  {
    id: 'KB-002',
    title: 'Windows BSOD MEMORY_MANAGEMENT (0x1A): test the memory and replace the faulty module',
    product: 'Windows 11',
    category: 'hardware',
    os: 'windows',
    tags: ['bsod', 'memory', 'crash', 'hardware'],
    problem:
      'Blue screens with MEMORY_MANAGEMENT or PAGE_FAULT_IN_NONPAGED_AREA point to a faulty memory module or to ' +
      'memory that runs faster than it can.',
    symptoms: [
      'Stop codes that change: MEMORY_MANAGEMENT, PAGE_FAULT_IN_NONPAGED_AREA, KERNEL_SECURITY_CHECK_FAILURE',
      'Crashes while large drawings, renderings or builds are open',
      'Files that turn out damaged after they were copied',
    ],
    cause: 'A memory module that fails when it is warm or full, or an overclocking profile in the firmware.',
    steps: [
      ['Set the memory to its standard speed in the firmware: switch XMP or EXPO off.'],
      ['Run the memory test over night and read its result.', 'mdsched.exe'],
      [
        'Read the result after the restart.',
        'Get-WinEvent -FilterHashtable @{LogName="System"; ProviderName="Microsoft-Windows-MemoryDiagnostics-Results"}',
      ],
      ['Take out all modules but one and test each alone, in the same slot.'],
      ['Replace the module that fails; check the warranty of the asset before you order.'],
    ],
    author: 'Field team',
    updated: 35,
    related: ['KB-001'],
  },
  {
    id: 'KB-003',
    title: 'Linux disk space: find what fills a volume and free it',
    product: 'Linux server',
    category: 'storage',
    os: 'linux',
    tags: ['disk-full', 'storage', 'logs', 'lvm'],
    problem:
      'A volume is full or nearly full ("No space left on device"). Services stop writing, databases turn slow or ' +
      'refuse to start.',
    symptoms: [
      'No space left on device in the log of a service',
      'df shows 95 % or more, or no free inodes',
      'A database switches to read only, or queries are slow',
    ],
    cause:
      'Logs without rotation, old backups or snapshots, or files that were deleted while a process holds them open.',
    steps: [
      ['See which volume is full, by space and by inodes.', 'df -h; df -i'],
      ['Find the largest folders on that volume only.', 'du -xh --max-depth=2 / | sort -rh | head -20'],
      [
        'Shrink the journal and rotate the logs at once.',
        'journalctl --vacuum-size=500M; logrotate -f /etc/logrotate.conf',
      ],
      ['Find deleted files that are still held open, and restart what holds them.', 'lsof +L1'],
      ['If the data is needed, extend the logical volume with its file system.', 'lvextend -r -L +100G /dev/vg0/data'],
      ['Set an alert at 80 %, so that it is seen in time.'],
    ],
    author: 'Luis Ortega',
    updated: 60,
    related: ['KB-004'],
  },
  {
    id: 'KB-004',
    title: 'Linux kernel panic: start the former kernel and find the cause',
    product: 'Linux server',
    category: 'system',
    os: 'linux',
    tags: ['kernel-panic', 'crash', 'boot', 'driver'],
    problem:
      'The server stops with a kernel panic, at boot ("not syncing: VFS: Unable to mount root fs") or while it works. ' +
      'It is brought back with the former kernel, then the cause is read from the crash dump.',
    symptoms: [
      'Kernel panic - not syncing on the console',
      'The server does not answer, its remote console shows a stack of calls',
      'It began after an update of the kernel or of a driver outside of it, such as one for graphics cards',
    ],
    cause:
      'A module that does not fit the new kernel, an initramfs that was not rebuilt, or faulty memory (MCE events).',
    steps: [
      [
        'Choose the former kernel in the boot menu, under advanced options, and make it the default.',
        'grubby --set-default /boot/vmlinuz-<former>',
      ],
      ['Read what the crash left.', 'journalctl -k -b -1 | tail -200; ls -l /var/crash'],
      ['Look for hardware errors.', 'ras-mc-ctl --errors; mcelog --client'],
      [
        'Build the initramfs and outside modules for the new kernel again.',
        'dracut -f --kver <new>; dkms autoinstall -k <new>',
      ],
      ['Switch crash dumps on, so that the next one is explained.', 'systemctl enable --now kdump'],
    ],
    author: 'Luis Ortega',
    updated: 12,
    related: ['KB-003'],
  },
  {
    id: 'KB-005',
    title: 'VPN drops or does not connect on Windows',
    product: 'Windows VPN client',
    category: 'network',
    os: 'windows',
    tags: ['vpn', 'network', 'mtu', 'wifi'],
    problem: 'The VPN connection drops every few minutes or stays at "connecting", while the internet works.',
    symptoms: [
      'Drops after some minutes, more often on Wi-Fi than on a cable',
      'Error 809 or 789, or "the remote connection was denied"',
      'Large files stall while small pages load',
    ],
    cause:
      'Packets that are too large for the way (MTU), power saving of the Wi-Fi adapter, or an expired certificate.',
    steps: [
      ['Find the largest packet that goes through.', 'ping -f -l 1372 vpn.example.com'],
      [
        'Set the MTU of the VPN interface to that and 28.',
        'netsh interface ipv4 set subinterface "VPN" mtu=1400 store=persistent',
      ],
      [
        'Switch power saving of the Wi-Fi adapter off.',
        'Set-NetAdapterPowerManagement -Name "Wi-Fi" -SelectiveSuspend Disabled',
      ],
      ['Check that the certificate is valid.', 'certutil -store My'],
      [
        'Remove the profile and import it again, if nothing else helped.',
        'Remove-VpnConnection -Name "Company" -Force',
      ],
    ],
    author: 'Dana Whitmore',
    updated: 44,
    related: ['KB-007'],
  },
];
