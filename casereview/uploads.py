"""Taking in uploaded files: held in memory, up to a limit, and never written anywhere in clear."""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from casereview.checking import LARGEST_BYTES


class InMemory(FileUploadHandler):
    """Keeps the files of one request in memory, together no more than the largest that is taken.

    Of a file beyond that nothing is kept but its length, by which the form refuses it.
    """

    total = 0

    def new_file(self, *args, **kwargs) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.held: io.BytesIO | None = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or let go of a file that is too long."""
        self.total += len(raw_data)
        if self.total > LARGEST_BYTES:
            self.held = None
        if self.held is not None:
            self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file; one that is too long has its length and no content."""
        held = self.held or io.BytesIO()
        held.seek(0)
        if self.held is None:
            # Small files that came after too much are refused with it.
            file_size = max(file_size, LARGEST_BYTES + 1)
        return InMemoryUploadedFile(
            held,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
