"""The child process that reads one voice note: a file by name in, facts and a clean copy of its one sound track out.

It limits itself, then asks ffprobe what the file is and lets ffmpeg copy the sound without decoding it: tags,
pictures and second tracks stay behind. Both inherit the limits and may open nothing but files.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024  # of address space, most of it libraries
CPU_SECONDS = 15
DEMUXERS = {"webm": "matroska", "ogg": "ogg", "mp4": "mov", "mp3": "mp3"}
MUXERS = {"webm": "webm", "ogg": "ogg", "mp4": "ipod", "mp3": "mp3"}
CODECS = {"webm": {"opus", "vorbis"}, "ogg": {"opus", "vorbis"}, "mp4": {"aac"}, "mp3": {"mp3"}}
_QUIET = ("-v", "error", "-protocol_whitelist", "file,pipe")


def main() -> None:
    """Limit this process, then read: `voice_child.py CONTAINER LONGEST_S MOST_BYTES < FILE`."""
    container, longest_s, most_bytes = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * most_bytes, 2 * most_bytes))
    with tempfile.TemporaryDirectory() as folder:
        facts, sound = clean("/dev/fd/0", folder, container, longest_s)
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + sound)


def clean(source: str, folder: str, container: str, longest_s: float) -> tuple[dict[str, object], bytes]:
    """Return the facts of a voice note and its copy; `fault` in the facts when it is no good."""
    about = _probe(source, "-f", DEMUXERS[container])
    tracks = about.get("streams", [])
    sounds = [each for each in tracks if each.get("codec_type") == "audio"]
    if len(sounds) != 1 or any(each.get("codec_type") not in {"audio", "data"} for each in tracks):
        return {"fault": "tracks"}, b""
    if sounds[0].get("codec_name") not in CODECS[container]:
        return {"fault": "codec"}, b""
    target = Path(folder) / "sound"
    os.lseek(0, 0, os.SEEK_SET)
    command = (
        "ffmpeg", "-nostdin", *_QUIET, "-f", DEMUXERS[container], "-i", source, "-map", "0:a:0",
        "-map_metadata", "-1", "-c", "copy", "-fflags", "+bitexact", "-t", str(longest_s + 5),
        "-f", MUXERS[container], str(target),
    )  # fmt: skip
    done = subprocess.run(command, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - our own words
    if done.returncode or not target.exists():
        return {"fault": "broken"}, b""
    length = float(_probe(str(target)).get("format", {}).get("duration") or 0)
    if length <= 0:
        return {"fault": "broken"}, b""
    if length > longest_s + 1:
        return {"fault": "long"}, b""
    return {"length_s": round(length, 2)}, target.read_bytes()


def _probe(path: str, *how: str) -> dict[str, Any]:
    command = (
        "ffprobe", *_QUIET, *how, "-show_entries", "format=duration:stream=codec_type,codec_name", "-of", "json", path,
    )  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - our own words
    return json.loads(done.stdout or b"{}") if done.returncode == 0 else {}


if __name__ == "__main__":
    main()
