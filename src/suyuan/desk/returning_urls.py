"""The addresses of returns and disposal."""

from django.urls import path

from suyuan.desk import disposing, disposing_papers, returning

urlpatterns = [
    path("returns", returning.returning, name="returning"),
    path("returns/restocked", returning.restocked, name="restocked"),
    path("returns/figures", returning.figures, name="return_figures"),
    path("disposal", disposing.disposal, name="disposal"),
    path("disposal/certificate", disposing_papers.certificate, name="certificate"),
    path("disposal/certificate.pdf", disposing_papers.certificate_file, name="certificate_file"),
    path("disposal/file/<uuid:event>/<slug:hash>", disposing_papers.paper, name="disposal_file"),
]
