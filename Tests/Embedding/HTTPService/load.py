"""Many requests from many clients, for latency and memory: `load.py PROGRAM [REQUESTS [CLIENTS]]`, 2,000 and 16.

Pictures are small (0.25 megapixels, JPEG in, PNG out), clients are threads of this program on the same machine, each with
one connection that it keeps. Ends with SIGTERM while requests are in flight, none of which may be lost.
"""

import resource
import signal
import sys
import threading
import time

from service import Service, picture, program, size_of


def main() -> None:
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    clients = int(sys.argv[3]) if len(sys.argv) > 3 else 16
    service = Service(program(), queue=4 * clients)
    pictures = [
        service.remove({"size": "preview", "format": "jpg", "bg_color": "8fa5b5"}, image_file=picture(f"{name}.jpg")).body
        for name in ("plush", "bottle", "shoe", "head")
    ]
    lock = threading.Lock()
    latencies: list[float] = []
    memory: list[tuple[int, float]] = []
    lost: list[object] = []
    begun = 0

    def client(number: int) -> None:
        nonlocal begun
        connection = service.connection()
        while True:
            with lock:
                if begun == requests:
                    break
                begun += 1
                index = begun
            start = time.monotonic()
            answer = service.remove(image_file=pictures[index % len(pictures)], connection=connection)
            seconds = time.monotonic() - start
            with lock:
                if answer.status == 200 and size_of(answer.body)[0] == "png":
                    latencies.append(seconds)
                else:
                    lost.append((answer.status, answer.body[:200]))
            if index % max(requests // 20, 1) == 0:
                with lock:
                    memory.append((index, service.metrics()["process_resident_memory_bytes"] / 1e6))
        connection.close()

    start = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    values = service.metrics()

    # What is in flight when the service is told to stop.
    final: list[int] = []

    def late() -> None:
        try:
            final.append(service.remove(image_file=pictures[0]).status)
        except ConnectionRefusedError:
            final.append(0)  # came after the end: never taken on

    threads = [threading.Thread(target=late) for _ in range(clients)]
    for thread in threads:
        thread.start()
    while service.metrics()["matting_admitted"] < min(clients, 4):
        pass
    service.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    service.end()

    latencies.sort()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{len(latencies)} of {requests} answered, {len(lost)} lost, from {clients} clients in {seconds:.1f} s: "
          f"{len(latencies) / seconds:.1f} a second")
    shares = [(50, "median"), (90, "90 %"), (95, "95 %"), (99, "99 %")]
    print("latency: " + ", ".join(f"{name} {latencies[len(latencies) * share // 100] * 1000:.0f} ms" for share, name in shares)
          + f", longest {latencies[-1] * 1000:.0f} ms")
    print("resident memory: " + ", ".join(f"{megabytes:.0f} MB at {index}" for index, megabytes in memory[:: max(len(memory) // 5, 1)]))
    print(f"processor time: service {used.ru_utime + used.ru_stime:.1f} s, clients {own.ru_utime + own.ru_stime:.1f} s")
    print(f"at SIGTERM: {final.count(200)} in flight and answered, {clients - final.count(200)} refused")
    means = []
    for stage in ("read", "wait", "decode", "matte", "finish", "encode"):
        sum_of_stage = values['matting_stage_seconds_sum{stage="%s"}' % stage]
        means.append(f"{stage} {sum_of_stage / values['matting_request_seconds_count'] * 1000:.0f}")
    stages = ", ".join(means)
    print(f"milliseconds a request by stage: {stages}")
    assert not lost and len(latencies) == requests, lost[:3]
    assert set(final) <= {0, 200, 503} and 200 in final and len(final) == clients, final
    half = [megabytes for index, megabytes in memory if index > requests // 4]
    assert max(half) - half[0] < 0.15 * half[0] + 8, memory


main()
