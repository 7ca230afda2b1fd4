"""The addresses of recalls and drills."""

from django.urls import path

from suyuan.desk import recalling, recalling_case, recalling_new, recalling_notices, recalling_papers, recalling_scope

urlpatterns = [
    path("recall", recalling.recalls, name="recall_list"),
    path("recall/drills", recalling.drills, name="recall_drills"),
    path("recall/new", recalling_new.new, name="recall_new"),
    path("recall/scope", recalling_scope.scope, name="recall_scope"),
    path("recall/<str:number>", recalling_case.case, name="recall_case"),
    path("recall/<str:number>/answer", recalling_notices.answer, name="recall_answer"),
    path("recall/<str:number>/file/<slug:hash>", recalling_notices.answer_file, name="recall_file"),
    path("recall/<str:number>/notice/<int:id>", recalling_notices.notice, name="recall_notice"),
    path("recall/<str:number>/letters.pdf", recalling_papers.letters, name="recall_letters"),
    path("recall/<str:number>/phones", recalling_papers.phones, name="recall_phones"),
    path("recall/<str:number>/report.pdf", recalling_papers.report, name="recall_report"),
]
